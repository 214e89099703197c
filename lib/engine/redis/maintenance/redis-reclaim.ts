import type { JobRef } from '../../../core/job-id.js';
import type { SweepReport } from '../../maintenance.port.js';
import { CANCELLED_WINDOW_MS } from '../../store-limits.js';
import { ActiveAttempts, type ActiveAttempt } from '../records/active-attempts.js';
import type { RedisConnection, ScriptArgument } from '../connection/redis-connection.js';
import { placeOf, type QueueKeys } from '../redis-keys.js';
import { burialArguments, liveRecord, refOf } from './unrun-job.js';
import type { WorkerCensus } from './worker-census.js';

type Stalled = SweepReport['stalled'][number];

const TAKEN_BACK_AT_ONCE = 100;
/** Of a record: all but the payload. */
const BEGINNING_BYTES = 4_096;

/** Takes back what dead workers hold and what nobody ever reported on, and then forgets the dead. */
export class RedisReclaim {
  private readonly active: ActiveAttempts;

  constructor(private readonly connection: RedisConnection) {
    this.active = new ActiveAttempts(connection);
  }

  async takeBack(keys: QueueKeys, census: WorkerCensus): Promise<Stalled[]> {
    const forsaken = await this.active.of(
      keys,
      census.lines,
      ({ worker, deadline }) => !census.isAlive(worker) || deadline <= census.now,
    );
    const stalled: Stalled[] = [];
    for (let at = 0; at < forsaken.length; at += TAKEN_BACK_AT_ONCE) {
      stalled.push(...(await this.takeBackSome(keys, census, forsaken.slice(at, at + TAKEN_BACK_AT_ONCE))));
    }
    await this.forgetDead(keys, census, forsaken.length === stalled.length ? [] : forsaken);
    return stalled;
  }

  private async takeBackSome(
    keys: QueueKeys,
    census: WorkerCensus,
    attempts: readonly ActiveAttempt[],
  ): Promise<Stalled[]> {
    const encoded = await Promise.all(attempts.map((attempt) => this.encode(keys, census, attempt)));
    const known = attempts.filter((_, index) => encoded[index]);
    if (known.length === 0) return [];
    const args = encoded.flatMap((each) => each ?? []);
    const answers = await this.connection.run<string[]>(
      'reclaim',
      keys,
      [keys.workers],
      [CANCELLED_WINDOW_MS, ...args],
    );
    return known.flatMap((attempt, index) => stalledOf(keys.queue, attempt, answers[index]));
  }

  /** Undefined for what only a process of a newer version can judge. */
  private async encode(
    keys: QueueKeys,
    census: WorkerCensus,
    held: ActiveAttempt,
  ): Promise<ScriptArgument[] | undefined> {
    const { line, member, lease, worker, attempt, startedAt } = held;
    const ref = refOfMember(keys.queue, held);
    const beginning = await this.connection.command<string>(
      'getrange',
      keys.record(placeOf(ref)),
      0,
      BEGINNING_BYTES - 1,
    );
    const record = liveRecord(beginning, ref.slotKey);
    if (!record) return undefined;
    const { version, key, life, enqueuedAt } = record;
    const burial = burialArguments({
      ...{ ...ref, reason: 'stalled', version, key, life, attempt, enqueuedAt, startedAt },
      at: Math.max(census.now, startedAt),
      worker: census.identity(worker),
      policy: census.policy(ref.type),
    });
    return [line, member, lease, census.maxStalls(ref.type), ...burial];
  }

  /** Those from whom something was not taken back stay for another time: what they announced is still needed. */
  private async forgetDead(keys: QueueKeys, census: WorkerCensus, left: readonly ActiveAttempt[]): Promise<void> {
    const holders = new Set(left.map(({ worker }) => worker));
    const dead = census.dead.filter((worker) => !holders.has(worker));
    if (dead.length > 0) await this.connection.run('forget-workers', keys, [keys.workers, keys.announcements], dead);
  }
}

function stalledOf(queue: string, held: ActiveAttempt, answer: string): Stalled[] {
  if (answer === '') return [];
  const [letter, stalls, suspect] = answer.split(' ');
  const { attempt, worker } = held;
  const ref = refOf(refOfMember(queue, held));
  return [{ ...ref, attempt, stalls: Number(stalls), suspect: suspect === '1', buried: letter === 'd', worker }];
}

function refOfMember(queue: string, { line, member }: ActiveAttempt): JobRef {
  const [slotKey = '', op = ''] = member.split('~');
  return { queue, type: line.slice(0, line.lastIndexOf('@')), slotKey, op };
}
