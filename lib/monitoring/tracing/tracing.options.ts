/**
 * How traces are written.
 *
 * @example
 * const tracing: TracingOptions = { sameTrace: true };
 * @publicApi
 */
export interface TracingOptions {
  /**
   * The span of an attempt is a child of the span that enqueued its job, and so in the same trace, rather than the root of a trace of
   * its own that is linked to it. Traces last as long as jobs wait then. Default false.
   */
  readonly sameTrace?: boolean;
}
