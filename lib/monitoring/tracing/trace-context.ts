import type * as OpenTelemetry from '@opentelemetry/api';
import type { SpanContext } from '@opentelemetry/api';
import type { TraceOrigin } from '../../core/trace-origin.js';

const TRACEPARENT = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/;
/** What the W3C lets everybody pass on; what is longer may be dropped as a whole. */
const LONGEST_TRACESTATE = 512;

/** Absent where nobody follows anything: then ids are all zeros. */
export function originOf(api: typeof OpenTelemetry, context: SpanContext): TraceOrigin | undefined {
  if (!api.isSpanContextValid(context)) return undefined;
  const { traceId, spanId, traceFlags, traceState } = context;
  const tracestate = traceState?.serialize() ?? '';
  return {
    traceparent: `00-${traceId}-${spanId}-${(traceFlags & 0xff).toString(16).padStart(2, '0')}`,
    ...(tracestate !== '' && tracestate.length <= LONGEST_TRACESTATE && { tracestate }),
  };
}

/** Written by another process, perhaps by a newer version or a hand: what can not be read leads nowhere. */
export function contextOf(api: typeof OpenTelemetry, origin: TraceOrigin | undefined): SpanContext | undefined {
  const { traceparent, tracestate } = origin ?? {};
  const [, traceId, spanId, flags] = TRACEPARENT.exec(String(traceparent)) ?? [];
  if (traceId === undefined) return undefined;
  const context: SpanContext = {
    ...{ traceId, spanId, traceFlags: Number.parseInt(flags, 16), isRemote: true },
    ...(typeof tracestate === 'string' && { traceState: api.createTraceState(tracestate) }),
  };
  return api.isSpanContextValid(context) ? context : undefined;
}
