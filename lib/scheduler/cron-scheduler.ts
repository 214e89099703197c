import type { CancelTimer, Clock } from '../core/clock.js';
import type { JobLogger } from '../core/job-logger.js';
import { StoreClock } from '../core/store-clock.js';
import type { CronStanding, CronStore } from '../engine/cron.port.js';
import type { JobFigures } from '../engine/figures.port.js';
import type { CronEntry } from './cron-entry.js';
import { SlotDecision, type SlotVerdict } from './slot-decision.js';

/** Often enough that an entry which nobody declares is known to be gone, and that a lost timer is found. */
export const BEAT_MS = 30_000;
/** A store that does not answer is asked again after this. */
const RETRY_MS = 1_000;

export interface CronSchedulerParts {
  readonly engine: CronStore & Pick<JobFigures, 'storeTime'>;
  readonly clock: Clock;
  readonly logger: JobLogger;
  /** `host:pid`, for the history. */
  readonly instance: string;
  readonly entries: () => readonly CronEntry[];
  /** Default 30 s. */
  readonly beatMs?: number;
}

/**
 * Knows when each entry of this process is due, by the store's clock, and asks the store for the slot then. One timer for all of them,
 * and one call now and then to say that they are still there.
 */
export class CronScheduler {
  private readonly time: StoreClock;
  private readonly decision: SlotDecision;
  private readonly running = new Set<string>();
  private readonly failing = new Set<string>();
  private readonly beats = new Map<string, CancelTimer>();
  private readonly underWay = new Set<Promise<void>>();
  private cancelTimer: CancelTimer | undefined;
  private armedFor: number | undefined;

  constructor(private readonly parts: CronSchedulerParts) {
    const { engine, clock, instance } = parts;
    this.time = new StoreClock(clock);
    this.decision = new SlotDecision({
      engine,
      time: this.time,
      instance,
      isAttending: (entry) => this.isAttending(entry),
    });
  }

  get entries(): readonly CronEntry[] {
    return this.parts.entries();
  }

  /** By the store's clock. */
  now(): number {
    return this.time.now();
  }

  isAttending(entry: CronEntry): boolean {
    return this.running.has(entry.queue) && entry.isStarted;
  }

  /** Attends to the entries of these queues from now on. */
  start(queues: readonly string[]): void {
    for (const queue of queues) {
      const entries = this.entriesOf(queue);
      if (this.running.has(queue) || entries.length === 0) continue;
      this.running.add(queue);
      this.track(this.beginQueue(queue, entries));
    }
  }

  /** No slot is asked for any more; what was asked for is waited for. */
  async stop(): Promise<void> {
    this.running.clear();
    for (const cancel of this.beats.values()) cancel();
    this.beats.clear();
    this.cancelTimer?.();
    this.armedFor = undefined;
    await Promise.all(this.underWay);
  }

  /** Of this process alone. What passed while it was stopped is not run, as far as no other process has run it. */
  setStarted(entry: CronEntry, isStarted: boolean): void {
    if (entry.isStarted === isStarted) return;
    Object.assign(entry, { isStarted, attendedSince: undefined, nextLook: undefined });
    if (isStarted) entry.letPassUpTo = entry.bootedAt > 0 ? this.now() : Infinity;
    this.look(entry);
  }

  /** Looks at an entry at once: something about it was changed. */
  look(entry: CronEntry): void {
    if (this.running.has(entry.queue)) this.track(this.beat(entry.queue, [entry]).then(() => undefined));
  }

  private entriesOf(queue: string): CronEntry[] {
    return this.entries.filter((entry) => entry.queue === queue);
  }

  private async beginQueue(queue: string, entries: readonly CronEntry[]): Promise<void> {
    const isKnown = await this.attempt(`cron of queue ${queue}`, async () => {
      this.time.sync(await this.parts.engine.storeTime());
    });
    if (!this.running.has(queue)) return;
    if (!isKnown) return this.later(queue, RETRY_MS, () => this.beginQueue(queue, entries));
    const now = this.time.now();
    for (const entry of entries) {
      entry.bootedAt = now;
      entry.notBefore = now + entry.definition.initialDelayMs;
    }
    await this.beatOn(queue);
  }

  private async beatOn(queue: string): Promise<void> {
    const isKnown = await this.beat(queue, this.entriesOf(queue));
    this.later(queue, isKnown ? (this.parts.beatMs ?? BEAT_MS) : RETRY_MS, () => this.beatOn(queue));
  }

  private later(queue: string, ms: number, run: () => Promise<void>): void {
    if (!this.running.has(queue)) return;
    this.beats.get(queue)?.();
    this.beats.set(
      queue,
      this.parts.clock.schedule(ms, () => this.track(run()), { unref: true }),
    );
  }

  /** Declares the entries, learns where they stand, and looks at what is due. */
  private async beat(queue: string, entries: readonly CronEntry[]): Promise<boolean> {
    for (const entry of entries) {
      entry.isDelayed = entry.notBefore > this.time.now();
      if (entry.isDelayed) entry.nextLook = entry.notBefore;
    }
    const isKnown = await this.attempt(`cron of queue ${queue}`, async () => {
      for (const [bootedAt, group] of byBoot(entries)) {
        const declared = group.map((entry) => entry.declared);
        const answer = await this.parts.engine.declareCron({ queue, bootedAt, entries: declared });
        this.time.sync(answer.now);
        answer.standings.forEach((standing, i) => this.learn(group[i], standing));
      }
    });
    await Promise.all(entries.filter(({ isDelayed }) => !isDelayed).map((entry) => this.attend(entry)));
    this.arm();
    return isKnown;
  }

  private learn(entry: CronEntry, { mark, isOutdated }: CronStanding): void {
    if (isOutdated && !entry.isOutdated)
      this.parts.logger.warn(
        `cron ${entry.name}: another definition of it is in force, by a process that started later or rescheduled it; this process runs nothing of it`,
      );
    Object.assign(entry, { mark, isOutdated });
    if (entry.letPassUpTo === Infinity) entry.letPassUpTo = this.time.now();
    if (this.isAttending(entry) && !entry.isDelayed) entry.attendedSince ??= this.time.now();
  }

  /** Decides what is due of an entry, and when to look again. */
  private async attend(entry: CronEntry): Promise<void> {
    if (entry.isBusy || !this.isAttending(entry)) return;
    if (entry.attendedSince === undefined || entry.isOutdated) {
      entry.nextLook = undefined;
      return;
    }
    entry.isBusy = true;
    entry.nextLook = undefined;
    try {
      let verdict: SlotVerdict | undefined;
      const isDone = await this.attempt(`cron ${entry.name}`, async () => {
        verdict = await this.decision.decide(entry);
      });
      entry.nextLook = isDone ? this.nextLookAfter(entry, verdict) : this.time.now() + RETRY_MS;
    } finally {
      entry.isBusy = false;
    }
  }

  private nextLookAfter(entry: CronEntry, verdict: SlotVerdict | undefined): number | undefined {
    const now = this.time.now();
    if (verdict?.status === 'again') return now;
    const next = entry.calendar.after(Math.max(now, entry.mark));
    if (verdict?.status !== 'early') return next;
    return Math.min(now + Math.max(1, verdict.remainingMs), next ?? Infinity);
  }

  private arm(): void {
    let next: CronEntry | undefined;
    for (const entry of this.entries) {
      if (entry.nextLook === undefined || !this.isAttending(entry)) continue;
      if (next?.nextLook === undefined || entry.nextLook < next.nextLook) next = entry;
    }
    if (next?.nextLook === this.armedFor) return;
    this.cancelTimer?.();
    this.armedFor = next?.nextLook;
    if (next?.nextLook === undefined) return;
    const unref = this.entries.every(({ definition }) => definition.unrefTimeout);
    this.cancelTimer = this.parts.clock.schedule(next.nextLook - this.time.now(), () => this.track(this.fire()), {
      unref,
    });
  }

  private async fire(): Promise<void> {
    this.armedFor = undefined;
    const now = this.time.now();
    const due = this.entries.filter((entry) => this.isAttending(entry) && (entry.nextLook ?? Infinity) <= now);
    const waited = due.filter((entry) => entry.attendedSince === undefined);
    for (const queue of new Set(waited.map(({ queue }) => queue)))
      if (this.running.has(queue))
        await this.beat(
          queue,
          waited.filter((entry) => entry.queue === queue),
        );
    const others = due.filter((entry) => entry.attendedSince !== undefined);
    // Whoever answers late must not keep the others from their time.
    for (const entry of others) this.track(this.attend(entry).then(() => this.arm()));
    this.arm();
  }

  /** What fails is told once, until it works again. */
  private async attempt(what: string, work: () => Promise<void>): Promise<boolean> {
    const { logger } = this.parts;
    try {
      await work();
      if (this.failing.delete(what)) logger.log(`${what}: the store answers again`);
      return true;
    } catch (error) {
      // A store that is closed has nothing to say to a scheduler that was stopped.
      if (this.running.size > 0 && !this.failing.has(what)) {
        this.failing.add(what);
        logger.warn(`${what}: ${error instanceof Error ? error.message : String(error)}; it is tried again`);
      }
      return false;
    }
  }

  private track(work: Promise<void>): void {
    this.underWay.add(work);
    void work.finally(() => this.underWay.delete(work));
  }
}

/** Those that were rescheduled later than the others are declared by themselves. */
function byBoot(entries: readonly CronEntry[]): Map<number, CronEntry[]> {
  const groups = new Map<number, CronEntry[]>();
  for (const entry of entries) {
    const group = groups.get(entry.bootedAt);
    if (group) group.push(entry);
    else groups.set(entry.bootedAt, [entry]);
  }
  return groups;
}
