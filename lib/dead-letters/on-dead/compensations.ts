import { canonicalHash } from '../../core/canonical-hash.js';
import type { Clock } from '../../core/clock.js';
import type { JobEventBus } from '../../core/job-event-bus.js';
import { formatJobId, newOp, parseJobId, slotOfKey } from '../../core/job-id.js';
import type { DeadLetterSummary } from '../../core/job-snapshot.js';
import type { DeadJob } from '../../core/on-dead.js';
import { priorityLevel } from '../../core/priority.js';
import type { JobInspector } from '../../engine/inspector.port.js';
import type { OutboxEntry } from '../../engine/maintenance.port.js';
import type { EnqueueRequest, JobProducer } from '../../engine/producer.port.js';

/** Payloads are read for so many at once; each may be large. */
const AT_ONCE = 16;

export interface CompensationParts {
  readonly engine: Pick<JobProducer, 'enqueue'> & Pick<JobInspector, 'get'>;
  readonly bus: JobEventBus;
  readonly clock: Clock;
}

/** What of a page of the outbox may be acknowledged, and why the rest may not. */
export interface FollowUp {
  readonly done: readonly OutboxEntry[];
  readonly failure?: unknown;
}

interface Owed {
  readonly entry: OutboxEntry;
  readonly letter: DeadLetterSummary & { readonly compensatedBy: string };
}

/**
 * Enqueues what `onDead` asks for. Driven by the alerts that the burying scripts wrote, which are acknowledged only when the job was
 * accepted: at least once, and one job, because its key is the id and the life of what died. It needs no handler here, so any
 * process with a worker does it for any other.
 */
export class Compensations {
  constructor(private readonly parts: CompensationParts) {}

  async follow(entries: readonly OutboxEntry[]): Promise<FollowUp> {
    const owed = entries.flatMap(owedFor);
    const failed = new Set<OutboxEntry>();
    let failure: unknown;
    for (let at = 0; at < owed.length; at += AT_ONCE) {
      const some = owed.slice(at, at + AT_ONCE);
      try {
        await this.enqueue(some);
      } catch (error) {
        failure = error;
        for (const { entry } of some) failed.add(entry);
      }
    }
    return { done: entries.filter((entry) => !failed.has(entry)), failure };
  }

  private async enqueue(owed: readonly Owed[]): Promise<void> {
    const { engine, bus, clock } = this.parts;
    const requests = await Promise.all(owed.map(({ letter }) => this.request(letter)));
    const outcomes = await engine.enqueue(requests);
    for (const [index, { queue, type: name, ...ref }] of requests.entries()) {
      if (outcomes[index].status !== 'created' || !bus.wants('job.enqueued')) continue;
      const id = formatJobId({ ...ref, queue, type: name });
      bus.emit({ type: 'job.enqueued', at: clock.now(), id, name, queue });
    }
  }

  private async request(letter: Owed['letter']): Promise<EnqueueRequest> {
    const { queue, id, life, compensatedBy: type } = letter;
    const job = await this.parts.engine.get(parseJobId(id));
    const error = job?.attempts.filter((attempt) => attempt.life === life).at(-1)?.error;
    const dead: DeadJob = { ...letter, payload: job?.payload, error };
    const payload = JSON.stringify(dead);
    const key = `${id}~${life}`;
    return {
      ...{ queue, type, version: 1, slotKey: slotOfKey(key), op: newOp(), key },
      ...{ level: priorityLevel('normal'), payload, payloadHash: canonicalHash(payload) },
    };
  }
}

function owedFor(entry: OutboxEntry): Owed[] {
  if (entry.kind !== 'job.buried') return [];
  const letter = JSON.parse(entry.data) as DeadLetterSummary;
  const { compensatedBy } = letter;
  return compensatedBy === undefined ? [] : [{ entry, letter: { ...letter, compensatedBy } }];
}
