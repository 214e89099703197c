/** Where a job comes from, as it travels with the job: the two headers of the W3C Trace Context. */
export interface TraceOrigin {
  readonly traceparent: string;
  readonly tracestate?: string;
}
