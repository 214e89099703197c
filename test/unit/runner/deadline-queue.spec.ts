import { systemClock, type Clock } from '../../../lib/core/clock.js';
import { DeadlineQueue, type Deadline } from '../../../lib/runner/deadline-queue.js';
import { ManualClock } from '../../../lib/testing/manual-clock.js';
import { eventually } from '../../support/eventually.js';

class Timed implements Deadline {
  deadlineAt = 0;
  deadlineMs = 0;

  constructor(readonly deadlineReached: () => void) {}
}

describe('deadlines on one timer', () => {
  it('are told in time and in order, whatever their lengths', async () => {
    const clock = new ManualClock(0);
    const queue = new DeadlineQueue(clock);
    const told: [number, number][] = [];
    for (const ms of [500, 20, 300, 20, 7_000]) queue.add(new Timed(() => told.push([ms, clock.now()])), ms);
    await clock.advance(499);
    expect(told).toEqual([
      [20, 20],
      [20, 20],
      [300, 300],
    ]);
    await clock.advance('1m');
    expect(told.slice(3)).toEqual([
      [500, 500],
      [7_000, 7_000],
    ]);
  });

  it('are not told once removed, and can be set anew', async () => {
    const clock = new ManualClock(0);
    const queue = new DeadlineQueue(clock);
    const told: number[] = [];
    const moved = new Timed(() => told.push(clock.now()));
    queue.add(moved, 100);
    queue.remove(moved);
    queue.add(moved, 250);
    await clock.advance('1m');
    expect(told).toEqual([250]);
  });

  it('set by a deadline that is being told count as well', async () => {
    const clock = new ManualClock(0);
    const queue = new DeadlineQueue(clock);
    const told: number[] = [];
    queue.add(new Timed(() => queue.add(new Timed(() => told.push(clock.now())), 10)), 5);
    await clock.advance('1s');
    expect(told).toEqual([15]);
  });

  it('take one timer for thousands', () => {
    let timers = 0;
    const clock: Clock = { now: () => 0, schedule: () => (timers++, () => undefined) };
    const queue = new DeadlineQueue(clock);
    for (let i = 0; i < 5_000; i++) queue.add(new Timed(() => undefined), 60_000);
    expect(timers).toBe(1);
  });

  it('do not move when the computer’s clock is set', async () => {
    let skew = 0;
    const clock: Clock = { ...systemClock, now: () => Date.now() + skew };
    const queue = new DeadlineQueue(clock);
    let told = false;
    queue.add(new Timed(() => (told = true)), 60);
    skew = -3_600_000;
    const began = Date.now();
    await eventually(() => told);
    expect(Date.now() - began).toBeGreaterThanOrEqual(50);
    queue.add(new Timed(() => (told = false)), 3_000);
    skew = 3_600_000;
    queue.add(new Timed(() => undefined), 1);
    await eventually(() => Date.now() - began > 150);
    expect(told).toBe(true);
    queue.stop();
  });
});
