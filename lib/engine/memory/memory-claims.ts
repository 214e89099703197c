import { formatJobId } from '../../core/job-id.js';
import type { ClaimDemand, ClaimedJob, Turn } from '../consumer.port.js';
import { ATTEMPT_GRACE_MS, MOST_CLAIMED_PER_TURN } from '../store-limits.js';
import type { LinkedQueue } from './linked-queue.js';
import type { MemoryJob } from './memory-job.js';
import { lineName, type MemoryQueue } from './memory-queue.js';
import type { MemoryTransitions } from './memory-transitions.js';

const NO_STEPS: ReadonlyMap<string, string> = new Map();

export interface Claims {
  readonly claimed: ClaimedJob[];
  /** When a rate limit that stood in the way has room again. */
  readonly opensAt: number;
}

/** Picks what a worker may run now, and leases it. */
export class MemoryClaims {
  constructor(private readonly transitions: MemoryTransitions) {}

  claim(queue: MemoryQueue, turn: Turn, now: number): Claims {
    const claimed: ClaimedJob[] = [];
    const token = Math.max(queue.lastToken + 1, Math.round(now * 1_000));
    let suspectsAllowed = turn.takeSuspect ? 1 : 0;
    let opensAt = Infinity;
    const slots = Math.min(turn.slots, MOST_CLAIMED_PER_TURN);
    for (const demand of turn.demand) {
      const { type, version } = demand;
      const line = queue.type(type).lines.get(version);
      if (!line) continue;
      const limit = this.limit(queue, demand, now);
      if (limit.opensAt !== undefined && line.waiting > 0) opensAt = Math.min(opensAt, limit.opensAt);
      let room = Math.min(limit.room, demand.quota, slots - claimed.length);
      const take = (list: LinkedQueue<MemoryJob>, most: number): number => {
        let taken = 0;
        for (; taken < most && list.first; taken++)
          claimed.push(this.lease(queue, list.first, turn, demand, token, now));
        room -= taken;
        return taken;
      };
      suspectsAllowed -= take(line.suspects, Math.min(room, suspectsAllowed));
      for (const level of turn.lowestFirst ? [...line.levels].reverse() : line.levels) take(level, room);
    }
    if (claimed.length > 0) queue.lastToken = token;
    this.passOn(queue, turn, claimed, now);
    return { claimed, opensAt };
  }

  /** What pause and the limits over all workers leave of it. */
  private limit(queue: MemoryQueue, demand: ClaimDemand, now: number): { room: number; opensAt?: number } {
    const type = queue.type(demand.type);
    if (queue.paused || type.paused) return { room: 0 };
    const room = demand.globalConcurrency === undefined ? Infinity : demand.globalConcurrency - type.active;
    if (!demand.rateLimit || room <= 0) return { room };
    const { max, perMs } = demand.rateLimit;
    const starts = type.starts.room(max, perMs, now);
    return starts > 0 ? { room: Math.min(room, starts) } : { room: 0, opensAt: type.starts.opensAt(max, perMs) };
  }

  private lease(
    queue: MemoryQueue,
    job: MemoryJob,
    turn: Turn,
    demand: ClaimDemand,
    token: number,
    now: number,
  ): ClaimedJob {
    const expired = job.attempt === 0 && job.expiresAt !== undefined && job.expiresAt <= now;
    const deadline = now + (job.overrides?.timeoutMs ?? demand.timeoutMs) + ATTEMPT_GRACE_MS;
    const text = `${token}|${turn.worker}|${now}|${job.attempt + 1}|${deadline}`;
    this.transitions.begin(queue, job, { text, worker: turn.worker, token, startedAt: now, deadline });
    if (demand.rateLimit) queue.type(job.type).starts.add(now);
    return {
      queue: job.queue,
      type: job.type,
      slotKey: job.slotKey,
      op: job.op,
      id: formatJobId(job),
      life: job.life,
      version: job.version,
      level: job.level,
      key: job.key,
      payload: job.payload,
      overrides: job.overrides,
      enqueuedAt: job.enqueuedAt,
      attempt: job.attempt,
      failures: job.failures,
      stalls: job.stalls,
      lease: text,
      head: '',
      fencingToken: token,
      startedAt: now,
      steps: job.steps ? new Map(job.steps) : NO_STEPS,
      suspect: job.suspect,
      expired,
      cancelRequested: job.cancelRequested,
    };
  }

  /** Tells who is idle of what this turn could not take, and else remembers that this worker is idle. */
  private passOn(queue: MemoryQueue, turn: Turn, claimed: readonly ClaimedJob[], now: number): void {
    if (claimed.length < Math.min(turn.slots, MOST_CLAIMED_PER_TURN)) {
      queue.bell.foundNothing(
        turn.worker,
        turn.demand.map(({ type, version }) => lineName(type, version)),
      );
      return;
    }
    for (const demand of turn.demand) {
      const line = queue.type(demand.type).lines.get(demand.version);
      if (line && line.waiting > 0 && this.limit(queue, demand, now).room > 0) queue.bell.ring(line.name);
    }
    for (const { type, version } of turn.slots === 0 ? turn.settlements : []) {
      const line = queue.type(type).lines.get(version);
      if (line && line.waiting > 0) queue.bell.ring(line.name);
    }
  }
}
