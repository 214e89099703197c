import type { JobRef } from '../../../core/job-id.js';
import { formatJobId } from '../../../core/job-id.js';
import type { DeadLetterSummary } from '../../../core/job-snapshot.js';
import { abridgedHistory } from '../../abridged-history.js';
import { bytesOfSteps, type DeadLetterCopy, type ImportOutcome } from '../../dead-letter-copy.js';
import type { Actor } from '../../inspector.port.js';
import type { RedisConnection } from '../connection/redis-connection.js';
import type { OperationRing } from '../operations/operation-ring.js';
import type { QueueRegistry } from '../operations/queue-registry.js';
import { deadRecord, decodeRecord, layoutTooNew } from '../records/redis-codec.js';
import { STATE_OF_LETTER } from '../records/state-letters.js';
import { innerId, placeOf, type RedisKeys } from '../redis-keys.js';

type CopyReply = [
  record: string,
  past: string,
  position: string,
  summary: string,
  common: string,
  steps: number,
  ...texts: string[],
];

const STEP_FIELD = 's:';
const MICROS_PER_MS = 1_000;

/** Takes copies of dead jobs, and takes them in again. */
export class RedisDeadCopies {
  constructor(
    private readonly connection: RedisConnection,
    private readonly keys: RedisKeys,
    private readonly registry: QueueRegistry,
    private readonly ring: OperationRing,
  ) {}

  /** @throws VigilError `LAYOUT_TOO_NEW` */
  async read(ref: JobRef): Promise<DeadLetterCopy | undefined> {
    const keys = this.keys.queue(ref.queue);
    const id = innerId(ref);
    const place = placeOf(ref);
    for (;;) {
      const own = [keys.record(place), keys.attempts(id), keys.steps(id)];
      const reply = await this.connection.run<CopyReply | never[]>('dead-copy', keys, own, [place, ref.op]);
      if (isNothing(reply)) return undefined;
      const copy = copyOf(ref, reply);
      if (copy.payload !== undefined) return copy as DeadLetterCopy;
      const payload = await this.connection.command<string | null>('get', keys.payload(id));
      // It is read after its record. Where it is gone, so is the dead letter, or it has another payload.
      if (payload !== null) return { ...copy, payload };
    }
  }

  async write(copy: DeadLetterCopy, { actor, reason }: Actor): Promise<ImportOutcome> {
    const keys = this.keys.queue(copy.queue);
    const id = innerId(copy);
    const place = placeOf(copy);
    const { life, summary, groupLabel, begun, steps } = copy;
    const { record, big } = deadRecord(copy);
    const position = copy.position ?? summary.buriedAt * MICROS_PER_MS;
    const history = copy.history.map((entry) => `${entry}\n${abridgedHistory(entry)}`);
    const fields = Object.entries(steps).flatMap(([name, value]) => [`${STEP_FIELD}${name}`, value]);
    if (fields.length > 0) fields.push('n', String(bytesOfSteps(steps)));
    const past = `${begun.attempts}|${begun.failures}|${begun.stalls}|0|0|${fields.length > 0 ? 1 : 0}`;
    await this.registry.add(copy.queue);
    const own = [
      this.ring.key(keys),
      keys.audit,
      keys.record(place),
      keys.attempts(id),
      keys.steps(id),
      keys.payload(id),
    ];
    const letter = await this.ring.run(copy.queue, (operation) =>
      this.connection.run<string>('import-dead', keys, own, [
        ...operation,
        ...[place, copy.op, formatJobId(copy), actor, reason, life, record, past, position, summary.buriedAt],
        ...[summary.reason, summary.group, JSON.stringify(summary), groupLabel, big, history.length],
        ...history,
        ...fields,
      ]),
    );
    if (letter === 'N') throw layoutTooNew();
    if (letter === 'o') return { status: 'ok' };
    return letter === '=' ? { status: 'already' } : { status: 'taken', state: STATE_OF_LETTER[letter] ?? letter };
  }
}

function copyOf(
  ref: JobRef,
  [text, past, position, burial, common, count, ...texts]: CopyReply,
): Omit<DeadLetterCopy, 'payload'> & { readonly payload?: string } {
  const record = decodeRecord(text, ref.slotKey);
  if (record.kind === 'tombstone') throw new Error('a dead record is no tombstone');
  const { life, version, level, key, enqueuedAt, overrides, hash, big, payload } = record;
  const [attempts = 0, failures = 0, stalls = 0] = past === '' ? [] : past.split('|').map(Number);
  const steps: Record<string, string> = {};
  for (let n = 0; n < count; n += 2) {
    if (texts[n].startsWith(STEP_FIELD)) steps[texts[n].slice(STEP_FIELD.length)] = texts[n + 1];
  }
  const { queue, type, slotKey, op } = ref;
  return {
    ...{ queue, type, slotKey, op, life, version, level, enqueuedAt, payloadHash: hash },
    ...(key !== undefined && { key }),
    ...(overrides && { overrides }),
    ...(!big && { payload }),
    summary: JSON.parse(burial.slice(burial.indexOf('\n') + 1)) as DeadLetterSummary,
    groupLabel: common.slice(common.lastIndexOf('\n') + 1),
    position: Number(position),
    begun: { attempts, failures, stalls },
    history: texts.slice(count).map((entry) => entry.split('\n', 1)[0]),
    steps,
  };
}

function isNothing(reply: CopyReply | never[]): reply is never[] {
  return reply.length === 0;
}
