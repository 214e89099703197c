import { formatJobId, type JobRef } from '../../../core/job-id.js';
import type { DeadLetterSummary, Page } from '../../../core/job-snapshot.js';
import type { DeadLetterFilter, DeadLetterOutcome, JobDeadLetters, Rebirth } from '../../dead-letter.port.js';
import type { Actor } from '../../inspector.port.js';
import { replayTexts } from '../../replay-text.js';
import type { OperationRing } from '../operations/operation-ring.js';
import type { QueueRegistry } from '../operations/queue-registry.js';
import { RedisBurials, type BuriedJob } from './redis-burials.js';
import { decodeRecord, layoutTooNew, type LiveRecord } from '../records/redis-codec.js';
import type { RedisConnection, ScriptArgument } from '../connection/redis-connection.js';
import { partsOfCursor } from './redis-cursor.js';
import { placeOf, type RedisKeys } from '../redis-keys.js';
import { rewrittenRecord } from '../records/rewritten-record.js';
import { STATE_OF_LETTER } from '../records/state-letters.js';

const CURSOR = /^(\d{1,16})~([A-Za-z0-9][\w.:-]{0,127})$/;

export class RedisDeadLetters implements Omit<JobDeadLetters, 'audit'> {
  private readonly burials: RedisBurials;

  constructor(
    private readonly connection: RedisConnection,
    private readonly keys: RedisKeys,
    private readonly registry: QueueRegistry,
    private readonly ring: OperationRing,
  ) {
    this.burials = new RedisBurials(connection, keys);
  }

  async deadLetters(filter: DeadLetterFilter, limit: number, cursor?: string): Promise<Page<DeadLetterSummary>> {
    const after = partsOfCursor(cursor, CURSOR);
    const queues = filter.queue === undefined ? await this.registry.list() : [filter.queue];
    const items: DeadLetterSummary[] = [];
    let last = '';
    for await (const { queue, burial } of this.newest(queues, filter.type, limit + 1, after)) {
      if (items.length === limit) return { items, nextCursor: last };
      items.push(JSON.parse(burial.summary) as DeadLetterSummary);
      last = `${burial.position}~${queue}`;
    }
    return { items };
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

  async resolve(ref: JobRef, windowMs: number, by: Actor): Promise<DeadLetterOutcome> {
    return this.settle('resolve', ref, by, [windowMs]);
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

  /**
   * Merges queues: the newest burial first, and of two at one position that of the queue that is named first. So one position
   * and a queue say where each of the queues goes on.
   */
  private async *newest(
    queues: readonly string[],
    type: string | undefined,
    most: number,
    after: readonly string[] | undefined,
  ): AsyncGenerator<{ queue: string; burial: BuriedJob }> {
    // Twice its share of each: what is not needed was read in vain, what is missing is read later.
    const atOnce = Math.min(most, Math.ceil((2 * most) / queues.length));
    const readers = queues.map((queue) => this.burials.each(queue, type, atOnce, boundOf(queue, after)));
    const heads = await Promise.all(readers.map(async (reader) => (await reader.next()).value));
    for (;;) {
      let newest = -1;
      heads.forEach((head, n) => {
        if (head && head.position > (heads[newest]?.position ?? -1)) newest = n;
      });
      const burial = heads[newest];
      if (!burial) return;
      yield { queue: queues[newest], burial };
      heads[newest] = (await readers[newest].next()).value;
    }
  }
}

/** A queue goes on before this position. */
function boundOf(queue: string, after: readonly string[] | undefined): number | undefined {
  if (!after) return undefined;
  const [position, lastQueue] = after as [string, string];
  return queue > lastQueue ? Number(position) + 1 : Number(position);
}
