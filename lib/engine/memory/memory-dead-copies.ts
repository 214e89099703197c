import type { Clock } from '../../core/clock.js';
import { formatJobId, type JobRef } from '../../core/job-id.js';
import { abridgedHistory } from '../abridged-history.js';
import { bytesOfSteps, type DeadLetterCopy, type ImportOutcome } from '../dead-letter-copy.js';
import type { Actor } from '../inspector.port.js';
import { AttemptHistory } from './attempt-history.js';
import type { MemoryAudit } from './memory-audit.js';
import { MemoryJob, Tombstone } from './memory-job.js';
import type { MemoryStore } from './memory-store.js';
import { summaryOf, type MemoryTransitions } from './memory-transitions.js';

/** Takes copies of dead jobs, and takes them in again. */
export class MemoryDeadCopies {
  constructor(
    private readonly store: MemoryStore,
    private readonly transitions: MemoryTransitions,
    private readonly log: MemoryAudit,
    private readonly clock: Clock,
  ) {}

  read(ref: JobRef): DeadLetterCopy | undefined {
    const job = this.store.find(ref.queue)?.find(ref, this.clock.now());
    if (!(job instanceof MemoryJob) || !job.grave) return undefined;
    const { queue, type, slotKey, op, life, version, level, key, enqueuedAt, overrides, payload, payloadHash } = job;
    const { attempt: attempts, failures, stalls } = job;
    return {
      ...{ queue, type, slotKey, op, life, version, level, enqueuedAt, payload, payloadHash },
      ...(key !== undefined && { key }),
      ...(overrides && { overrides: structuredClone(overrides) }),
      summary: summaryOf(job),
      groupLabel: job.grave.groupLabel,
      begun: { attempts, failures, stalls },
      history: job.history?.texts() ?? [],
      steps: Object.fromEntries(job.steps ?? []),
    };
  }

  write(copy: DeadLetterCopy, by: Actor): ImportOutcome {
    const queue = this.store.queue(copy.queue);
    const there = queue.at(copy, this.clock.now());
    const isOwn = there?.op === copy.op;
    if (isOwn && there instanceof MemoryJob && there.state === 'dead' && there.life === copy.life) {
      return { status: 'already' };
    }
    const mayReplace = !there || (isOwn && there instanceof Tombstone && there.state === 'resolved');
    if (!mayReplace) return { status: 'taken', state: there.state };
    const job = this.jobOf(copy);
    queue.type(job.type).slots.set(job.slotKey, job);
    queue.line(job.type, job.version).accepted++;
    const { reason, group } = copy.summary;
    const burial = { reason, group, groupLabel: copy.groupLabel, summary: JSON.stringify(copy.summary) };
    this.transitions.entomb(queue, job, burial, copy.summary.buriedAt);
    this.log.write(queue, 'import', by, formatJobId(job), '{}', JSON.stringify(summaryOf(job)));
    return { status: 'ok' };
  }

  private jobOf(copy: DeadLetterCopy): MemoryJob {
    const job = new MemoryJob(copy, copy.enqueuedAt);
    const { attempts, failures, stalls } = copy.begun;
    Object.assign(job, { life: copy.life, attempt: attempts, failures, stalls, state: 'dead' });
    for (const entry of copy.history)
      (job.history ??= new AttemptHistory()).append(entry, () => abridgedHistory(entry));
    const steps = Object.entries(copy.steps);
    if (steps.length > 0) job.steps = new Map(steps);
    job.stepBytes = bytesOfSteps(copy.steps);
    return job;
  }
}
