/**
 * One operation of a JSON Patch (RFC 6902). Paths are JSON Pointers: `/customer/email`, `/items/0`, `/items/-`; the empty text is
 * the whole payload.
 *
 * @example
 * const operation: JsonPatchOperation = { op: 'replace', path: '/customer/email', value: 'ada@example.org' };
 * @publicApi
 */
export type JsonPatchOperation =
  | { readonly op: 'add' | 'replace' | 'test'; readonly path: string; readonly value: unknown }
  | { readonly op: 'remove'; readonly path: string }
  | { readonly op: 'move' | 'copy'; readonly from: string; readonly path: string };

/**
 * How one more life of a job began.
 *
 * @example
 * const replays: readonly ReplayRecord[] = (await deadLetters.get(id))?.replays ?? [];
 * @publicApi
 */
export interface ReplayRecord {
  /** The life that began: 1 for the first replay. */
  readonly life: number;
  /** Milliseconds since the epoch, by the store's clock. */
  readonly at: number;
  readonly actor: string;
  readonly reason: string;
  /** The plan that did it, if one did. */
  readonly planId?: string;
  /**
   * What became of the payload, from the old one to the new one; absent where it stayed. Left out of the history where it takes
   * more than 8 KiB, and in the middle of a long history: the audit has the whole.
   */
  readonly patch?: readonly JsonPatchOperation[] | 'left out';
  /** Present where it is not so: remembered steps are kept. */
  readonly keptSteps?: false;
  /** `ctx.idempotencyKey` is another one from this life on. */
  readonly newIdempotencyKey?: true;
}
