import type { CancelTimer, Clock } from '../../core/clock.js';
import type { JobLogger } from '../../core/job-logger.js';
import type { LockClaim, LockStore } from '../../engine/lock-store.port.js';
import { LockLostError } from '../../core/lock.errors.js';
import type { HeldLock } from '../../core/lock-provider.js';

/** So often within its time a lock is renewed; what fails is tried again soon, and of a short time not too late. */
const RENEWALS = 3;
const RETRIES = 12;
const SOON_MS = 1_000;
/** Of its time, what is left when it is given up: a timer may be late. */
const RESERVE = 0.1;

export interface KeptLockParts {
  readonly store: LockStore;
  readonly clock: Clock;
  readonly logger: JobLogger;
  readonly claim: LockClaim;
  readonly fencingToken: number;
  /** By the monotonic clock, when the lock was asked for. */
  readonly askedAt: number;
}

/**
 * A lock that is renewed. It is given up before its time in the store is over, counted from when the last renewal that was answered
 * was asked for, so that of two holders the first has been told before the second begins.
 */
export class KeptLock implements HeldLock {
  readonly fencingToken: number;
  private readonly ending = new AbortController();
  private readonly monotonic: () => number;
  private sureUntil: number;
  private lastFailure: unknown;
  private over = false;
  private givingBack: Promise<void> | undefined;
  private cancelRenewal: CancelTimer | undefined;
  private cancelEnd: CancelTimer | undefined;

  constructor(private readonly parts: KeptLockParts) {
    const { clock, claim, fencingToken, askedAt } = parts;
    this.fencingToken = fencingToken;
    this.monotonic = () => clock.monotonic?.() ?? clock.now();
    this.sureUntil = askedAt + claim.ttlMs * (1 - RESERVE);
  }

  get lost(): AbortSignal {
    return this.ending.signal;
  }

  /** Whether it is sure to be held at this moment. */
  get isSure(): boolean {
    return !this.over && this.monotonic() < this.sureUntil;
  }

  keep(): void {
    this.watchEnd();
    this.renewIn(this.parts.claim.ttlMs / RENEWALS);
  }

  /** It is gone, whoever found out. */
  lose(detail: string, cause?: unknown): void {
    if (this.over) return;
    this.stop();
    const { entry } = this.parts.claim;
    this.ending.abort(new LockLostError(entry, detail, cause === undefined ? undefined : { cause }));
  }

  release(): Promise<void> {
    this.stop();
    return (this.givingBack ??= this.giveBack());
  }

  private async giveBack(): Promise<void> {
    const { store, claim, logger } = this.parts;
    try {
      await store.giveBack(claim);
    } catch (error) {
      logger.warn(
        `the lock of cron entry '${claim.entry}' could not be given back and ends with its time, ${claim.ttlMs} ms: ${String(error)}`,
      );
    }
  }

  private stop(): void {
    this.over = true;
    this.cancelRenewal?.();
    this.cancelEnd?.();
  }

  private renewIn(ms: number): void {
    this.cancelRenewal = this.parts.clock.schedule(ms, () => void this.renew(), { unref: true });
  }

  private async renew(): Promise<void> {
    const { store, claim } = this.parts;
    const askedAt = this.monotonic();
    let isHeld: boolean;
    try {
      isHeld = await store.renew(claim);
    } catch (error) {
      this.lastFailure = error;
      if (!this.over) this.renewIn(Math.min(SOON_MS, claim.ttlMs / RETRIES));
      return;
    }
    if (this.over) return;
    if (!isHeld) return this.lose('it was removed, or somebody else has taken it');
    this.lastFailure = undefined;
    this.sureUntil = askedAt + claim.ttlMs * (1 - RESERVE);
    this.watchEnd();
    // Not before what is left of a time that passed while nothing ran in this process.
    if (!this.over) this.renewIn(Math.max(0, askedAt + claim.ttlMs / RENEWALS - this.monotonic()));
  }

  private watchEnd(): void {
    this.cancelEnd?.();
    const left = this.sureUntil - this.monotonic();
    if (left <= 0) return this.expired();
    this.cancelEnd = this.parts.clock.schedule(left, () => this.expired(), { unref: true });
  }

  private expired(): void {
    const { ttlMs } = this.parts.claim;
    this.lose(`it could not be renewed within its time of ${ttlMs} ms`, this.lastFailure);
  }
}
