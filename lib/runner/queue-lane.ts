import { recordError } from '../core/record-error.js';
import type { RegisteredJob } from '../core/job-registry.js';
import type { ClaimedJob, Turn } from '../engine/consumer.port.js';
import { AttemptEvents } from './attempt-events.js';
import { AttemptFactory } from './attempt-factory.js';
import { ClaimAhead } from './claim-ahead.js';
import { ASKED_NOTHING, ClaimBudget } from './claim-budget.js';
import { ClaimRotation } from './claim-rotation.js';
import { EndedAttempts } from './ended-attempts.js';
import { EngineOutage } from './engine-outage.js';
import { HeldAttempts } from './held-attempts.js';
import { pause } from './pause.js';
import { OnceSoon } from './once-soon.js';
import { answerTo } from './persistent-turn.js';
import { QuietWatch } from './quiet-watch.js';
import type { RunningAttempt } from './running-attempt.js';
import type { SlotPool, SlotShare } from './slot-pool.js';
import { StoreClock } from '../core/store-clock.js';
import { TurnsInFlight, type TurnLane } from './turns-in-flight.js';
import { WakeUp } from './wake-up.js';
import type { WorkerEnvironment } from './worker-environment.js';

/**
 * The work of one queue in one worker: each turn settles what ended and claims for the slots that are free, in one move. What
 * ends while a turn is under way travels with the next; where a great part of the slots came to an end, a second one goes ahead.
 */
export class QueueLane {
  readonly storeClock: StoreClock;
  readonly outage: EngineOutage;
  readonly rotation: ClaimRotation;
  readonly held = new HeldAttempts();
  private readonly slots: SlotShare;
  private readonly ahead: ClaimAhead;
  private readonly budget: ClaimBudget;
  private readonly wakeUp: WakeUp;
  private readonly events: AttemptEvents;
  private readonly factory: AttemptFactory;
  private readonly ended: EndedAttempts;
  private readonly watch = new QuietWatch();
  private readonly watchRunning = new QuietWatch();
  private running = 0;
  private claiming = true;
  private closed = false;
  private readonly turns: TurnsInFlight;
  private readonly turnSoon = new OnceSoon(() => {
    if (this.turns.idle) this.beginTurn();
    else this.lookAgain = true;
  });
  /** Somebody asked for a look while a turn was under way that may have looked already. */
  private lookAgain = false;
  private emptyRounds = 0;

  constructor(
    readonly queue: string,
    jobs: readonly RegisteredJob[],
    private readonly env: WorkerEnvironment,
    private readonly pool: SlotPool,
    /** Whether new work may be taken at all: the lease lives, and not every slot is lost to zombies. */
    private readonly mayClaim: () => boolean,
  ) {
    const { engine, clock, bus, zombies, worker, pollMs } = env;
    this.ended = new EndedAttempts(env);
    this.turns = new TurnsInFlight(pool.size);
    this.storeClock = new StoreClock(clock);
    this.outage = new EngineOutage(queue, env);
    this.rotation = new ClaimRotation(jobs, (type) => zombies.countOf(type));
    this.slots = pool.join({ onFree: () => this.kick(), onFull: () => this.wakeUp.leaveWhenFull() });
    this.ahead = new ClaimAhead({ size: pool.size, slots: this.slots, clock, monotonic: env.monotonic });
    this.budget = new ClaimBudget(this.slots, this.rotation, this.ahead);
    this.events = new AttemptEvents(bus, clock, this.storeClock);
    this.factory = new AttemptFactory(jobs, {
      ...{ ...env, storeClock: this.storeClock },
      started: (attempt) => this.events.started(attempt),
      ended: (attempt) => this.attemptEnded(attempt),
    });
    this.wakeUp = new WakeUp({
      ...{ engine, clock, queue, pollMs, storeClock: this.storeClock, outage: this.outage, worker: worker.id },
      types: () => this.rotation.claimable(),
      // Where nothing runs nothing could travel with the turn, and to wait for it would only make the job wait.
      ring: () => (this.running === 0 && this.turns.idle ? this.beginTurn() : this.kick()),
      isFull: () => this.pool.free === 0,
      left: () => this.slots.want(),
    });
  }

  get runningCount(): number {
    return this.running;
  }

  /** See `Heartbeat.knownToken`. */
  get knownToken(): number {
    return this.turns.sureToken(this.held.lastToken);
  }

  /** Asks for a turn as soon as the promises at hand are through. */
  kick(): void {
    if (!this.closed) this.turnSoon.ask();
  }

  stopClaiming(): void {
    this.claiming = false;
    this.wakeUp.stop();
    this.ahead.giveBack();
    this.kick();
  }

  /** Resolves when nothing runs, all ends are settled, and a look at the store after this call found nothing to claim. */
  quiet(): Promise<void> {
    const quiet = this.watch.wait();
    if (this.closed) this.watch.giveUp();
    this.kick();
    return quiet;
  }

  /** Resolves when no attempt runs, whether or not the store knows of their ends. */
  attemptsOver(): Promise<void> {
    const over = this.watchRunning.wait();
    if (this.running === 0) this.watchRunning.giveUp();
    return over;
  }

  /** Takes no further turn; what was not settled by now is found by the sweep of others. */
  close(): void {
    this.closed = true;
    this.wakeUp.stop();
    this.watch.giveUp();
  }

  private beginTurn(): void {
    const lane = this.turns.free();
    if (!lane || this.closed) return;
    const alone = this.turns.idle;
    // A turn that goes ahead of another may leave to it what a limit holds, and that one may have looked before anybody waited.
    if (alone) this.watch.looked();
    const { settlements, attempts } = this.ended.take(this.storeClock.now());
    const may = this.claiming && this.mayClaim();
    const asked = may ? this.budget.ask() : ASKED_NOTHING;
    if (asked.demand.length === 0) {
      // What this lane can not use must not be kept for it; where it got nothing, it waits for the next free slot.
      if (alone && (asked.hadSlots || !may)) this.slots.satisfied();
      if (settlements.length === 0) return this.rest();
    }
    this.lookAgain = false;
    this.turnSoon.forget();
    const seq = this.turns.begin(lane, this.held.lastToken);
    const takeSuspect = asked.demand.length > 0 && this.env.suspects.take(lane);
    const turn: Turn = {
      queue: this.queue,
      worker: this.env.worker.id,
      lane: lane.number,
      seq,
      settlements,
      slots: asked.slots + asked.ahead,
      demand: asked.demand,
      lowestFirst: this.turns.lowestFirst(seq),
      takeSuspect,
    };
    lane.asked = asked;
    this.take(lane, turn, attempts).catch((error: unknown) => this.recover(lane, error));
  }

  private async take(lane: TurnLane, turn: Turn, settling: readonly RunningAttempt[]): Promise<void> {
    const { engine, clock, monotonic } = this.env;
    const sentAt = monotonic();
    const answer = await answerTo(turn, { engine, clock, outage: this.outage, gaveUp: () => this.closed });
    if (!answer) return;
    this.storeClock.sync(answer.now);
    this.ahead.trip(monotonic() - sentAt);
    settling.forEach((attempt, i) => {
      this.held.forget(attempt);
      this.events.settled(attempt, answer.settled[i]);
    });
    const { partial } = lane.asked;
    const filled = this.answered(lane, answer.claimed);
    this.running += answer.claimed.length;
    answer.claimed.forEach((job, n) => this.begin(lane, job, n < filled));
    this.ahead.begin();
    this.env.suspects.leave(lane);
    this.wakeUp.expect(answer.nextDueAt);
    lane.inFlight = false;
    this.next(turn.slots > 0, answer.claimed.length, partial);
  }

  /**
   * Only once for each turn: what went wrong with an answer may have done so after its slots were filled.
   * @returns for how many of what it claimed there is a slot
   */
  private answered(lane: TurnLane, claimed: readonly ClaimedJob[]): number {
    const { asked } = lane;
    lane.asked = ASKED_NOTHING;
    return this.budget.answered(asked, claimed);
  }

  /** A lane must not stand still over one answer; what it held is found by the sweep. */
  private recover(lane: TurnLane, error: unknown): void {
    const { name, message, stack = '' } = recordError(error, this.env.redactor);
    this.env.logger.error(`queue ${this.queue}: the answer to a turn was not understood: ${name}: ${message}`, stack);
    lane.inFlight = false;
    this.answered(lane, []);
    this.env.suspects.leave(lane);
    void pause(this.env.clock, this.outage.failed(error)).then(() => this.kick());
  }

  private next(asked: boolean, claimed: number, partial: boolean): void {
    if (this.ended.length > 0 || claimed > 0 || this.lookAgain) {
      this.emptyRounds = 0;
      return this.kick();
    }
    if (!asked) return this.claiming && this.pool.free > 0 ? this.kick() : this.rest();
    if (partial && ++this.emptyRounds < this.rotation.rounds) return this.kick();
    this.emptyRounds = 0;
    this.slots.satisfied();
    this.rest();
  }

  private rest(): void {
    if (this.claiming && this.pool.free > 0 && this.mayClaim()) this.wakeUp.listen();
    if (this.running === 0 && this.ended.length === 0 && this.turns.idle && this.watch.quiet()) this.kick();
  }

  private begin(lane: TurnLane, job: ClaimedJob, hasSlot: boolean): void {
    const attempt = this.factory.attemptOf(job);
    this.held.add(attempt);
    if (job.suspect) this.env.suspects.pass(lane, attempt);
    if (!hasSlot) this.ahead.add(attempt);
    if (!this.claiming) attempt.giveBack();
    else if (hasSlot) attempt.start();
  }

  private attemptEnded(attempt: RunningAttempt): void {
    this.running--;
    this.rotation.ended(attempt.job.type);
    if (!this.ahead.drop(attempt)) {
      this.slots.release();
      this.ahead.ran(attempt.ranMs);
    }
    if (attempt.job.suspect) this.env.suspects.leave(attempt);
    if (attempt.outcome?.kind === 'lost') {
      this.held.forget(attempt);
      this.events.leaseLost(attempt);
    } else {
      this.ended.add(attempt);
    }
    if (this.running === 0) this.watchRunning.giveUp();
    this.ahead.begin();
    // Nothing is gained by waiting for others where none runs, or many came to an end already.
    if (this.running === 0 || this.ended.length >= this.turns.worthwhile) this.beginTurn();
    else this.kick();
  }
}
