import type { AttemptRecord, RecordedError } from '../core/attempt.js';
import type { BurialReason } from '../core/job-state.js';

/** How an attempt ended, before the store is told. */
export type AttemptOutcome =
  | {
      readonly kind: 'completed';
      /** JSON text, where the job keeps its result. */
      readonly result?: string;
      /** Why a result that should be kept can not be. */
      readonly notKept?: string;
    }
  | {
      readonly kind: 'retry';
      readonly delayMs: number;
      readonly failed: FailureFacts;
      /** It was interrupted: no failure of its own. */
      readonly uncounted?: boolean;
    }
  | { readonly kind: 'buried'; readonly reason: BurialReason; readonly failed: FailureFacts }
  | {
      readonly kind: 'released';
      readonly delayMs: number;
      readonly why: 'shutdown' | 'zombie' | 'unbegun' | 'postponed';
    }
  | { readonly kind: 'cancelled'; readonly failed?: FailureFacts }
  /** The job is not this attempt's any more: there is nothing to tell. */
  | { readonly kind: 'lost' };

export interface FailureFacts {
  readonly outcome: AttemptRecord['outcome'];
  readonly error: RecordedError;
  /** Of this life, this one included. */
  readonly failures: number;
}

export function expired(failures: number): AttemptOutcome {
  const error = {
    ...{ name: 'JobExpiredError', message: 'it was not begun within expiresIn' },
    ...{ code: 'JOB_EXPIRED', causes: [] },
  };
  return { kind: 'buried', reason: 'expired', failed: { outcome: 'expired', error, failures } };
}
