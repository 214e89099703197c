import { AttemptPostponedError, controlOf } from '../core/attempt-control.js';
import type { CronPayload } from '../core/cron-payload.js';
import type { CronReason } from '../core/cron-record.js';
import type { CronRun } from '../core/cron-run.js';
import type { JobContext } from '../core/job-context.js';
import type { JobInvoker } from '../core/job-registry.js';
import type { HeldLock, LockAnswer } from '../core/lock-provider.js';
import { LockLostError, LockUnavailableError } from '../core/lock.errors.js';
import { CronAttempt } from './cron-attempt.js';
import type { CronEntry } from './cron-entry.js';

/** A lock that is held is asked for again after this, and one that can not be asked for. */
const HELD_DELAY_MS = 1_000;
const UNAVAILABLE_DELAY_MS = 5_000;
/** Runs that may yet come to a further attempt. */
const MOST_REMEMBERED = 1_000;

interface Refusal {
  readonly why: CronReason;
  readonly by: string | undefined;
}

/** Told of each run what it is about, before its method is called; and why it is not called. */
export interface RunWatcher {
  /** It has yet to get its lock, and may come to an end before. */
  came(context: JobContext, run: CronPayload): void;
  began(context: JobContext, run: CronPayload): void;
  /** Resolves once it is written down. */
  refused(context: JobContext, run: CronPayload, why: CronReason, by: string | undefined): Promise<void>;
}

export interface CronAdmissionParts {
  readonly watcher: RunWatcher;
  /** Who asks for locks, for people. */
  readonly holder: string;
  readonly lockTtlMs: number;
  /** Other processes do not see the slots that this one was given, so that only the lock tells what was run. */
  readonly isEngineShared: boolean;
}

/** Lets a run begin once it has its lock, and ends it when the lock is lost. */
export class CronAdmission {
  /** Runs that had their lock once, where the engine is not shared. */
  private readonly admitted = new Set<string>();

  constructor(private readonly parts: CronAdmissionParts) {}

  /** @param invoke calls the method with the run */
  invoker(entry: CronEntry, invoke: (run: CronRun) => Promise<unknown>): JobInvoker {
    return async (payload, context) => {
      const run = payload as CronPayload;
      this.parts.watcher.came(context, run);
      const { lock, refusal } = await this.lockFor(entry, run, context);
      // First of all: a lock that nothing is bound to is kept for ever.
      if (lock) this.bind(lock, context);
      // It may have taken longer than the attempt.
      const { stopped } = controlOf(context);
      if (stopped) throw stopped;
      if (refusal) return this.refuse(context, run, refusal);
      this.parts.watcher.began(context, run);
      await invoke(new CronAttempt(context, run.slot, run.trigger, lock));
    };
  }

  private async lockFor(
    entry: CronEntry,
    run: CronPayload,
    context: JobContext,
  ): Promise<{ readonly lock?: HeldLock; readonly refusal?: Refusal }> {
    if (!entry.lock) return {};
    const answer = await this.ask(entry, run, context);
    if (answer.acquired) {
      this.admit(context.id);
      return { lock: answer.lock };
    }
    const { reason, holder, remainingMs } = answer;
    if (reason === 'early')
      throw new AttemptPostponedError(remainingMs ?? HELD_DELAY_MS, `it is early by ${remainingMs} ms`);
    if (reason === 'held' && !this.mayBeDropped(entry, run, context))
      throw new AttemptPostponedError(HELD_DELAY_MS, `its lock is held by ${holder ?? 'another run'}`);
    const why = { held: 'lock-held', 'slot-taken': this.whyTaken(context), paused: 'paused' } as const;
    return { refusal: { why: why[reason], by: holder } };
  }

  /** A planned slot that has not begun gives way to an earlier run; everything else was begun, is late anyway, or was asked for. */
  private mayBeDropped({ definition }: CronEntry, run: CronPayload, context: JobContext): boolean {
    return definition.overlap === 'skip' && run.trigger === 'schedule' && !run.late && this.isFirst(context);
  }

  /** Of a run that has waited for the store of the locks, the mark went past it meanwhile. */
  private whyTaken(context: JobContext): 'slot-taken' | 'lock-unavailable' {
    return !this.parts.isEngineShared && context.attempt > 1 ? 'lock-unavailable' : 'slot-taken';
  }

  /** Written down before the job is over: an end that nobody can record is taken for one of the method. */
  private async refuse(context: JobContext, run: CronPayload, { why, by }: Refusal): Promise<void> {
    try {
      await this.parts.watcher.refused(context, run, why, by);
    } catch (cause) {
      throw new AttemptPostponedError(UNAVAILABLE_DELAY_MS, 'why it does not run could not be written down', { cause });
    }
  }

  private async ask({ name, lock, definition }: CronEntry, run: CronPayload, context: JobContext): Promise<LockAnswer> {
    const { holder, lockTtlMs: ttlMs } = this.parts;
    try {
      return await lock!.acquire({
        ...{ entry: name, slot: run.slot, run: context.id, holder, ttlMs },
        movesMark: run.trigger !== 'manual' && this.movesMark(definition.overlap === 'allow', context),
        per: definition.overlap === 'allow' ? 'slot' : 'entry',
      });
    } catch (error) {
      if (!(error instanceof LockUnavailableError)) throw error;
      throw new AttemptPostponedError(UNAVAILABLE_DELAY_MS, error.message, { cause: error });
    }
  }

  /** On a shared engine runs of entries that overlap may come in any order, and the engine has seen to it that none comes twice. */
  private movesMark(mayOverlap: boolean, context: JobContext): boolean {
    return this.isFirst(context) && !(mayOverlap && this.parts.isEngineShared);
  }

  private isFirst(context: JobContext): boolean {
    if (controlOf(context).life > 0) return false;
    return this.parts.isEngineShared ? context.attempt === 1 : !this.admitted.has(context.id);
  }

  private admit(id: string): void {
    if (this.parts.isEngineShared) return;
    this.admitted.add(id);
    for (const oldest of this.admitted) if (this.admitted.size > MOST_REMEMBERED) this.admitted.delete(oldest);
  }

  /** The lock goes with the attempt: a method that does not obey its signal keeps neither. */
  private bind(lock: HeldLock, context: JobContext): void {
    const control = controlOf(context);
    const lost = (): void => {
      const reason: unknown = lock.lost.reason;
      control.interrupt(reason instanceof LockLostError ? reason : new LockLostError(context.name, String(reason)));
    };
    lock.lost.addEventListener('abort', lost, { once: true });
    control.onEnd(() => {
      lock.lost.removeEventListener('abort', lost);
      void lock.release();
    });
    if (lock.lost.aborted) lost();
  }
}
