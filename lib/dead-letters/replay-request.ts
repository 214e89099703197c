import type { Actor } from '../engine/inspector.port.js';
import type { PayloadEdit } from './payload-edit.js';

/**
 * Who replays, why, and what is to be different in the next life.
 *
 * @example
 * const request: ReplayRequest = {
 *   actor: 'ada@example.org',
 *   reason: 'the address had a typo',
 *   edit: { patch: [{ op: 'replace', path: '/email', value: 'bob@example.org' }] },
 * };
 * @publicApi
 */
export interface ReplayRequest extends Actor {
  /** What becomes of the payload. Default: it stays. */
  readonly edit?: PayloadEdit;
  /** Keep what `ctx.step` remembers. Default true; false with `edit`, because the steps were done for another payload. */
  readonly keepSteps?: boolean;
  /**
   * Give `ctx.idempotencyKey` (and those of steps) another value from this life on, so that a provider does it once more. The
   * job's own key stays. Default false.
   */
  readonly newIdempotencyKey?: boolean;
  /** The `life` of the dead letter that was looked at: in another one it is left alone. Default: whichever it is dead in. */
  readonly life?: number;
}
