import { ClaimAhead, type WaitingAttempt } from '../../../lib/runner/claim-ahead.js';
import { ManualClock } from '../../../lib/testing/manual-clock.js';

describe('claiming ahead of free slots', () => {
  let clock: ManualClock;
  let free: number;
  let told: string[];
  let ahead: ClaimAhead;

  beforeEach(() => {
    clock = new ManualClock();
    free = 0;
    told = [];
    const slots = { reserve: () => (free > 0 ? free-- && 1 : 0), fill: () => undefined };
    ahead = new ClaimAhead({ size: 1, slots, clock, monotonic: () => clock.now() });
  });

  const attempt = (name: string): WaitingAttempt => {
    const waiting: Pick<WaitingAttempt, 'start' | 'giveBack'> = {
      start: () => told.push(`${name} began`),
      giveBack: () => {
        ahead.drop(waiting as WaitingAttempt);
        told.push(`${name} given back`);
      },
    };
    return waiting as WaitingAttempt;
  };

  const seen = (tripMs: number, attemptMs: number): void => {
    for (let n = 0; n < 300; n++) {
      ahead.trip(tripMs);
      ahead.ran(attemptMs);
    }
  };

  it('asks for nothing until many handlers were seen to be quick', () => {
    expect(ahead.ask()).toBe(0);
    for (let n = 0; n < 20; n++) ahead.trip(1);
    ahead.ran(0.1);
    expect(ahead.ask()).toBe(0);
  });

  it.each([
    ['as many as come to their turn within a round trip', 1, 0.201, 4],
    ['a number with a limit', 4, 0.001, 64],
    ['none where a handler takes longer than the trip', 1, 3, 0],
    ['none of a store that answers at once', 0.01, 0.001, 0],
  ])('asks for %s', (_, tripMs, attemptMs, jobs) => {
    seen(tripMs, attemptMs);
    expect(ahead.ask()).toBe(jobs);
  });

  it('reckons with what other turns asked for, and with what waits', () => {
    seen(1, 0.201);
    expect([ahead.ask(), ahead.ask()]).toEqual([4, 0]);
    ahead.answered(4);
    ahead.add(attempt('a'));
    expect(ahead.ask()).toBe(3);
  });

  it('begins in the order in which they came, as slots are free', () => {
    for (const name of ['a', 'b', 'c']) ahead.add(attempt(name));
    ahead.begin();
    expect(told).toEqual([]);
    free = 2;
    ahead.begin();
    expect(told).toEqual(['a began', 'b began']);
  });

  it('gives back what a slow handler keeps waiting, the last one first, and asks for no more', async () => {
    seen(1, 0.201);
    for (const name of ['a', 'b']) ahead.add(attempt(name));
    await clock.advance(19);
    expect(told).toEqual([]);
    await clock.advance(2);
    expect(told).toEqual(['b given back', 'a given back']);
    expect(ahead.ask()).toBe(0);
  });
});
