import { formatJobId, type JobRef } from '../../../core/job-id.js';
import type { DeadLetterSummary, Page } from '../../../core/job-snapshot.js';
import type { DeadLetterGroup } from '../../../core/dead-letter-group.js';
import { fitsMarks } from '../../dead-letter-marks.js';
import type {
  DeadLetterFilter,
  DeadLetterGroupFilter,
  DeadLetterOutcome,
  JobDeadLetters,
  Rebirth,
  Resolution,
} from '../../dead-letter.port.js';
import type { Actor } from '../../inspector.port.js';
import { replayTexts, resolutionAfter } from '../../replay-text.js';
import { MOST_LETTERS_LOOKED_AT } from '../../store-limits.js';
import type { OperationRing } from '../operations/operation-ring.js';
import type { QueueRegistry } from '../operations/queue-registry.js';
import { MOST_BURIALS_READ, RedisBurials, type BuriedJob } from './redis-burials.js';
import type { DeadLetterCopy, ImportOutcome } from '../../dead-letter-copy.js';
import { RedisDeadCopies } from './redis-dead-copies.js';
import { RedisGroups } from './redis-groups.js';
import { decodeRecord, layoutTooNew, type LiveRecord } from '../records/redis-codec.js';
import type { RedisConnection, ScriptArgument } from '../connection/redis-connection.js';
import { cursorBehind, newestFirst, shareOf, type Found } from './newest-first.js';
import { placeOf, type RedisKeys } from '../redis-keys.js';
import { rewrittenRecord } from '../records/rewritten-record.js';
import { STATE_OF_LETTER } from '../records/state-letters.js';

const MICROS_PER_MS = 1_000;
/** So far may positions be ahead of the clock, which somebody has set back; they themselves only rise. */
const MOST_AHEAD_MS = 3_600_000;

export class RedisDeadLetters implements Omit<JobDeadLetters, 'audit'> {
  private readonly burials: RedisBurials;
  private readonly groups: RedisGroups;
  private readonly copies: RedisDeadCopies;

  constructor(
    private readonly connection: RedisConnection,
    private readonly keys: RedisKeys,
    private readonly registry: QueueRegistry,
    private readonly ring: OperationRing,
  ) {
    this.burials = new RedisBurials(connection, keys);
    this.groups = new RedisGroups(connection, keys, registry);
    this.copies = new RedisDeadCopies(connection, keys, registry, ring);
  }

  async deadLetters(filter: DeadLetterFilter, limit: number, cursor?: string): Promise<Page<DeadLetterSummary>> {
    const queues = filter.queue === undefined ? await this.registry.list() : [filter.queue];
    const oldest = (filter.buriedAfter ?? -Infinity) * MICROS_PER_MS;
    // What has to be looked at in vain is read in large parts.
    const atOnce = isMarked(filter) ? MOST_BURIALS_READ : shareOf(limit + 1, queues);
    const burials = newestFirst(queues, cursor, (queue, before) => {
      return this.burials.each(queue, filter, atOnce, newestPosition(filter, before));
    });
    const items: DeadLetterSummary[] = [];
    let last: Found<BuriedJob> | undefined;
    let looked = 0;
    for await (const found of burials) {
      // A position is never lower than the time of the burial, so that all that follow are older.
      if (found.item.position < oldest) break;
      if (last && (items.length === limit || looked === MOST_LETTERS_LOOKED_AT)) {
        return { items, nextCursor: cursorBehind(last) };
      }
      const summary = JSON.parse(found.item.summary) as DeadLetterSummary;
      if (fitsMarks(summary, filter)) items.push(summary);
      last = found;
      looked++;
    }
    return { items };
  }

  deadLetterGroups(filter: DeadLetterGroupFilter, limit: number, cursor?: string): Promise<Page<DeadLetterGroup>> {
    return this.groups.list(filter, limit, cursor);
  }

  async replay(ref: JobRef, by: Actor, rebirth: Rebirth = {}): Promise<DeadLetterOutcome> {
    const { payload, keepSteps = true, newIdempotencyKey } = rebirth;
    const { history, abridged, after } = replayTexts(by, rebirth);
    const args = [rebirth.life ?? '', keepSteps ? 1 : 0, history, abridged, after];
    if (!payload && !newIdempotencyKey) return this.settle('replay', ref, by, args);
    const record = await this.deadRecord(ref, rebirth.life);
    // What is not there, or in another life, is left to the script: it looks at all of it in one instant.
    if (!record) return this.settle('replay', ref, by, args);
    const { flag, body, big } = rewrittenRecord(ref, record, rebirth);
    return this.settle('replay', ref, by, [record.life, ...args.slice(1), flag, body, big]);
  }

  async resolve(ref: JobRef, windowMs: number, by: Actor, how: Resolution = {}): Promise<DeadLetterOutcome> {
    return this.settle('resolve', ref, by, [windowMs, how.life ?? '', resolutionAfter(how)]);
  }

  copyDead(ref: JobRef): Promise<DeadLetterCopy | undefined> {
    return this.copies.read(ref);
  }

  importDead(copy: DeadLetterCopy, by: Actor): Promise<ImportOutcome> {
    return this.copies.write(copy, by);
  }

  private async deadRecord(ref: JobRef, life: number | undefined): Promise<LiveRecord | undefined> {
    const text = await this.connection.command<string | null>('get', this.keys.queue(ref.queue).record(placeOf(ref)));
    const record = text === null ? undefined : decodeRecord(text, ref.slotKey);
    const isMeant = record?.kind === 'dead' && record.op === ref.op && record.life === (life ?? record.life);
    return isMeant ? record : undefined;
  }

  private async settle(
    script: 'replay' | 'resolve',
    ref: JobRef,
    { actor, reason }: Actor,
    ownArgs: readonly ScriptArgument[],
  ): Promise<DeadLetterOutcome> {
    const keys = this.keys.queue(ref.queue);
    const args = [placeOf(ref), ref.op, formatJobId(ref), actor, reason, ...ownArgs];
    const letter = await this.ring.run(ref.queue, (operation) =>
      this.connection.run<string>(script, keys, [this.ring.key(keys), keys.audit], [...operation, ...args]),
    );
    if (letter === 'N') throw layoutTooNew();
    if (letter === 'o') return { status: 'ok' };
    if (/^\d/.test(letter)) return { status: 'other_life', life: Number(letter) };
    const state = STATE_OF_LETTER[letter];
    return state ? { status: 'not_dead', state } : { status: 'unknown' };
  }
}

function isMarked({ reason, errorName, httpStatus, text }: DeadLetterFilter): boolean {
  return [reason, errorName, httpStatus, text].some((mark) => mark !== undefined);
}

/** Where to begin: what was buried later than is asked for need not be read. */
function newestPosition({ buriedBefore }: DeadLetterFilter, before: number | undefined): number | undefined {
  if (buriedBefore === undefined) return before;
  const bound = (buriedBefore + MOST_AHEAD_MS) * MICROS_PER_MS;
  return Math.min(before ?? Infinity, Math.floor(bound));
}
