import type { LockRefusal, LockRequest } from '../core/lock-provider.js';

/** One request for a lock, as a store sees it. */
export interface LockClaim extends Required<LockRequest> {
  /** Random, of this request alone: by it the store knows a repetition, and whose lock it is. */
  readonly owner: string;
}

export type LockTaken =
  | { readonly taken: true; readonly fencingToken: number }
  | {
      readonly taken: false;
      readonly reason: LockRefusal;
      readonly holder?: string;
      readonly remainingMs?: number;
    };

/** Where locks are kept. Each call is one step, and safe to repeat. */
export interface LockStore {
  /**
   * Checks the slot and takes the lock, or tells what is in the way. A repetition by the same owner is answered as the first was.
   * @param gone may be called, once, when the store sees by itself that the lock is gone
   */
  take(claim: LockClaim, gone: (detail: string) => void): Promise<LockTaken>;

  /** Whether the claim still holds its lock; if so, for another `ttlMs` from when this is called. */
  renew(claim: LockClaim): Promise<boolean>;

  /** Nothing happens to a lock that the claim does not hold. */
  giveBack(claim: LockClaim): Promise<void>;
}
