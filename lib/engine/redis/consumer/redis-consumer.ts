import type {
  ClaimedJob,
  Heartbeat,
  HeartbeatAnswer,
  Held,
  JobConsumer,
  StepWrite,
  Turn,
  TurnAnswer,
} from '../../consumer.port.js';
import {
  CANCELLED_WINDOW_MS,
  PROGRESS_MAX_BYTES,
  STEP_MAX_BYTES,
  STEPS_PER_JOB_MAX_BYTES,
} from '../../store-limits.js';
import { ActiveAttempts, type ActiveAttempt } from '../records/active-attempts.js';
import type { ReckonedTimes } from '../records/reckoned-time.js';
import type { QueueRegistry } from '../operations/queue-registry.js';
import type { RedisConnection, ScriptArgument } from '../connection/redis-connection.js';
import { innerId, lineOf, memberOf, type QueueKeys, type RedisKeys } from '../redis-keys.js';
import type { RedisDoorbell } from './redis-doorbell.js';
import { claimsOf, type Claim, type TurnReply } from './turn-answer.js';
import { TurnRequest } from './turn-request.js';

const STEP_FIELD = 's:';
/** So many attempts are given back by one script. */
const GIVEN_BACK_AT_ONCE = 100;

export class RedisConsumer implements Omit<JobConsumer, 'waitForWork' | 'onCancelRequest'> {
  private readonly active: ActiveAttempts;
  private readonly lanes = new Map<string, Set<number>>();

  constructor(
    private readonly connection: RedisConnection,
    private readonly keys: RedisKeys,
    private readonly registry: QueueRegistry,
    private readonly times: ReckonedTimes,
    private readonly doorbell: Pick<RedisDoorbell, 'looked'>,
  ) {
    this.active = new ActiveAttempts(connection);
  }

  async turn(turn: Turn): Promise<TurnAnswer> {
    const keys = this.keys.queue(turn.queue);
    this.rememberLane(turn);
    const time = this.times.of(turn.queue);
    const request = new TurnRequest(turn, time.now());
    if (turn.slots > 0) this.doorbell.looked(turn.queue, linesOf(turn));
    const reply = await this.connection.run<TurnReply>('turn', keys, [keys.lane(turn.worker, turn.lane)], request.args);
    const [now, due, letters] = reply;
    time.answered(Number(now));
    const claims = claimsOf(turn.queue, reply);
    const claimed = claims.some(isIncomplete) ? await this.complete(keys, claims) : claims.map(({ job }) => job);
    return {
      now: Number(now),
      settled: request.statuses(letters),
      claimed,
      ...(due !== '' && { nextDueAt: Number(due) }),
    };
  }

  async heartbeat({ queue, announcement, leaseMs, held, knownToken }: Heartbeat): Promise<HeartbeatAnswer> {
    await this.registry.add(queue);
    const keys = this.keys.queue(queue);
    const { worker, handles } = announcement;
    const [now, lost, cancelRequested] = await this.connection.run<[string, number[], number[]]>(
      'heartbeat',
      keys,
      [keys.workers, keys.announcements, keys.compensations],
      [worker, leaseMs, JSON.stringify(announcement), ...held.flatMap(heldArguments)],
    );
    // Those that one turn claimed have one lease.
    const known = new Set(held.map((each) => `${memberOf(each)} ${each.lease}`));
    const lines = handles.flatMap(({ type, versions }) => versions.map((version) => lineOf(type, version)));
    const strangers = await this.active.of(keys, lines, (attempt) => {
      const isOwn = attempt.worker === worker && attempt.token <= knownToken;
      return isOwn && !known.has(`${attempt.member} ${attempt.lease}`);
    });
    return { now: Number(now), lost, cancelRequested, strangers: await this.giveBack(keys, strangers) };
  }

  async record(write: StepWrite): Promise<'ok' | 'lease_lost' | 'too_large'> {
    const keys = this.keys.queue(write.queue);
    const { step, progress } = write;
    return this.connection.run(
      'record',
      keys,
      [keys.steps(innerId(write))],
      [
        ...heldArguments(write),
        ...(step ? [STEP_FIELD + step.name, step.value] : ['', '']),
        progress ?? '',
        ...[STEP_MAX_BYTES, STEPS_PER_JOB_MAX_BYTES, PROGRESS_MAX_BYTES],
      ],
    );
  }

  async retire(queue: string, worker: string): Promise<{ released: number }> {
    const keys = this.keys.queue(queue);
    const lines = await this.connection.command<string[]>('smembers', keys.types);
    const held = await this.active.of(keys, lines, (attempt) => attempt.worker === worker);
    const released = await this.giveBack(keys, held);
    const lane = `${queue} ${worker}`;
    const answers = [...(this.lanes.get(lane) ?? [])].map((each) => keys.lane(worker, each));
    await this.connection.run('retire', keys, [keys.workers, keys.announcements, ...answers], [worker]);
    this.lanes.delete(lane);
    return { released };
  }

  /** Uncounted, the one that began last first, so that the heads of the lists are in the order of the claims again. */
  private async giveBack(keys: QueueKeys, attempts: readonly ActiveAttempt[]): Promise<number> {
    const latestFirst = [...attempts].sort((a, b) => b.token - a.token);
    let given = 0;
    for (let at = 0; at < latestFirst.length; at += GIVEN_BACK_AT_ONCE) {
      const some = latestFirst.slice(at, at + GIVEN_BACK_AT_ONCE);
      const args = some.flatMap(({ line, member, lease }) => [line, member, lease]);
      given += await this.connection.run<number>('give-back', keys, [], [CANCELLED_WINDOW_MS, ...args]);
    }
    return given;
  }

  /** Reads what a claim alone does not tell: steps that were remembered, and payloads with a key of their own. */
  private async complete(keys: QueueKeys, claims: readonly Claim[]): Promise<ClaimedJob[]> {
    const jobs = await Promise.all(claims.map((claim) => this.completeOne(keys, claim)));
    return jobs.filter((job) => job !== undefined);
  }

  private async completeOne(keys: QueueKeys, claim: Claim): Promise<ClaimedJob | undefined> {
    const { job, hasSteps, hasBigPayload } = claim;
    if (!isIncomplete(claim)) return job;
    const [steps, payload] = await Promise.all([
      hasSteps ? this.steps(keys, job) : job.steps,
      hasBigPayload ? this.connection.command<string | null>('get', keys.payload(innerId(job))) : job.payload,
    ]);
    // The job ended since: a reply that came this late is about an attempt that is not ours any more.
    if (payload === null) return undefined;
    return { ...job, steps, payload };
  }

  private async steps(keys: QueueKeys, job: ClaimedJob): Promise<ReadonlyMap<string, string>> {
    const fields = await this.connection.command<Record<string, string>>('hgetall', keys.steps(innerId(job)));
    const steps = Object.entries(fields).filter(([field]) => field.startsWith(STEP_FIELD));
    return new Map(steps.map(([field, value]) => [field.slice(STEP_FIELD.length), value]));
  }

  private rememberLane({ queue, worker, lane }: Turn): void {
    const name = `${queue} ${worker}`;
    const known = this.lanes.get(name);
    if (known) known.add(lane);
    else this.lanes.set(name, new Set([lane]));
  }
}

function* linesOf({ demand }: Turn): IterableIterator<string> {
  for (const { type, version } of demand) yield lineOf(type, version);
}

function isIncomplete({ hasSteps, hasBigPayload }: Claim): boolean {
  return hasSteps || hasBigPayload;
}

function heldArguments(held: Held): ScriptArgument[] {
  return [lineOf(held.type, held.version), memberOf(held), held.lease];
}
