import { createHistogram, type RecordableHistogram } from 'node:perf_hooks';
import { ProcessVitals } from '../../../lib/monitoring/metrics/process-vitals.js';

const NANOSECONDS_IN_MS = 1_000_000;
const ON_TIME_MS = 20;

function vitals(): { vitals: ProcessVitals; pass: (...ms: number[]) => void } {
  const delays: RecordableHistogram = createHistogram();
  const loop = Object.assign(delays, { enable: () => true, disable: () => true });
  const pass = (...ms: number[]): void => ms.forEach((each) => delays.record(each * NANOSECONDS_IN_MS));
  return { vitals: new ProcessVitals(loop), pass };
}

describe('how late the event loop is', () => {
  it('is told of a loop that was blocked once for most of the time, of which there is one sample among many', () => {
    const { vitals: own, pass } = vitals();
    pass(...Array.from({ length: 200 }, () => ON_TIME_MS), 3_020);
    own.sample(1);
    expect(own.now.eventLoopLagMs).toBeGreaterThan(2_990);
    expect(own.now.eventLoopLagMs).toBeLessThan(3_010);
  });

  it('is nothing where it is on time, was not looked at yet, or is on time again', () => {
    const { vitals: own, pass } = vitals();
    own.sample(undefined);
    expect(own.now).toEqual({ eventLoopLagMs: 0 });
    pass(1_000);
    own.sample(2.34);
    expect(own.now).toEqual({ eventLoopLagMs: expect.closeTo(980, -1) as number, storeLatencyMs: 2.3 });
    pass(ON_TIME_MS, ON_TIME_MS - 1);
    own.sample(undefined);
    expect(own.now.eventLoopLagMs).toBeLessThan(1);
    own.close();
  });
});
