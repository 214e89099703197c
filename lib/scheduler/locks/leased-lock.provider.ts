import { randomUUID } from 'node:crypto';
import type { Clock } from '../../core/clock.js';
import type { JobLogger } from '../../core/job-logger.js';
import type { LockClaim, LockStore, LockTaken } from '../../engine/lock-store.port.js';
import { KeptLock } from './kept-lock.js';
import { LockUnavailableError } from '../../core/lock.errors.js';
import { LockProvider, type LockAnswer, type LockRequest } from '../../core/lock-provider.js';

const LONGEST_HOLDER = 200;

export interface LeasedLockParts {
  readonly store: LockStore;
  readonly clock: Clock;
  readonly logger: JobLogger;
}

/** Locks that live for a time and are renewed, wherever they are kept. */
export class LeasedLockProvider extends LockProvider {
  constructor(private readonly parts: LeasedLockParts) {
    super();
  }

  async acquire(request: LockRequest): Promise<LockAnswer> {
    const { clock } = this.parts;
    const claim = claimOf(request);
    const askedAt = clock.monotonic?.() ?? clock.now();
    const state: { kept?: KeptLock; gone?: string } = {};
    const taken = await this.take(claim, (detail) => {
      state.gone = detail;
      state.kept?.lose(detail);
    });
    if (!taken.taken) return refusal(taken);
    const kept = (state.kept = new KeptLock({ ...this.parts, claim, fencingToken: taken.fencingToken, askedAt }));
    if (state.gone === undefined && kept.isSure) {
      kept.keep();
      return { acquired: true, lock: kept };
    }
    await kept.release();
    const why = state.gone ?? `the answer took longer than the lock lives, ${claim.ttlMs} ms`;
    throw new LockUnavailableError(`the lock of cron entry '${claim.entry}' was gone before it could be used: ${why}`);
  }

  private async take(claim: LockClaim, gone: (detail: string) => void): Promise<LockTaken> {
    const { store } = this.parts;
    try {
      return await store.take(claim, gone);
    } catch (error) {
      // It may have been taken, and nobody would renew it. Behind it, on the same way; what fails now ends with the lock's time.
      store.giveBack(claim).catch((second: unknown) => {
        this.parts.logger.debug(
          `the lock of cron entry '${claim.entry}' may be held until its time is over: ${String(second)}`,
        );
      });
      throw error instanceof LockUnavailableError
        ? error
        : new LockUnavailableError(
            `the lock of cron entry '${claim.entry}' could not be asked for: ${error instanceof Error ? error.message : String(error)}`,
            { cause: error },
          );
    }
  }
}

function claimOf(request: LockRequest): LockClaim {
  const { entry, slot, run, movesMark, holder, ttlMs, per = 'entry' } = request;
  return {
    ...{ entry, slot, run, movesMark, ttlMs, per },
    holder: holder.slice(0, LONGEST_HOLDER),
    owner: randomUUID(),
  };
}

function refusal({ reason, holder, remainingMs }: Extract<LockTaken, { taken: false }>): LockAnswer {
  return {
    acquired: false,
    reason,
    ...(holder === undefined ? {} : { holder }),
    ...(remainingMs === undefined ? {} : { remainingMs }),
  };
}
