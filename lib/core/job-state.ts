/**
 * Where a job is. Every accepted job is in exactly one state at any time.
 *
 * ```mermaid
 * stateDiagram-v2
 *   [*] --> scheduled: enqueue with delay or runAt
 *   [*] --> waiting: enqueue
 *   scheduled --> waiting: promote (due)
 *   waiting --> active: claim
 *   active --> completed: complete
 *   active --> scheduled: retry
 *   active --> waiting: release, stall
 *   active --> dead: bury
 *   waiting --> dead: expire, no handler
 *   scheduled --> dead: expire
 *   scheduled --> cancelled: cancel
 *   waiting --> cancelled: cancel
 *   active --> cancelled: cancel (honoured by the attempt)
 *   dead --> waiting: replay (same id, a new life)
 *   dead --> resolved: resolve
 * ```
 *
 * @example
 * const running: JobState = 'active';
 * @publicApi
 */
export type JobState = 'scheduled' | 'waiting' | 'active' | 'completed' | 'dead' | 'cancelled' | 'resolved';

/**
 * Why a job was buried.
 *
 * | reason | meaning |
 * |---|---|
 * | `exhausted` | its last allowed attempt failed |
 * | `timeout` | its last allowed attempt timed out |
 * | `non_retryable` | an error that another attempt can not mend |
 * | `invalid_payload` | its own payload does not fit the schema, or can not be migrated |
 * | `stalled` | its workers died or froze under it more than `maxStalls` times |
 * | `no_handler` | live workers, none of which handles its name and version, for longer than `noHandlerGrace` |
 * | `expired` | not begun within `expiresIn` |
 *
 * @example
 * const why: BurialReason = 'exhausted';
 * @publicApi
 */
export type BurialReason =
  'exhausted' | 'timeout' | 'non_retryable' | 'invalid_payload' | 'stalled' | 'no_handler' | 'expired';

export const BURIAL_REASONS = [
  'exhausted',
  'timeout',
  'non_retryable',
  'invalid_payload',
  'stalled',
  'no_handler',
  'expired',
] as const satisfies readonly BurialReason[];
