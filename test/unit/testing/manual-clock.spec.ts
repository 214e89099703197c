import { ManualClock } from '../../../lib/testing/manual-clock.js';

describe('ManualClock', () => {
  it('stands still until it is moved', async () => {
    const clock = new ManualClock(1_000);
    expect(clock.now()).toBe(1_000);
    await clock.advance('1.5s');
    expect(clock.now()).toBe(2_500);
    await clock.advance(0);
    expect(clock.now()).toBe(2_500);
  });

  it('begins at the real time, or at a given date', () => {
    const before = Date.now();
    expect(new ManualClock().now()).toBeGreaterThanOrEqual(before);
    expect(new ManualClock(new Date('2030-01-01T00:00:00Z')).now()).toBe(Date.UTC(2030, 0, 1));
  });

  it('fires timers in order, each at its own time', async () => {
    const clock = new ManualClock(0);
    const fired: [string, number][] = [];
    for (const [name, ms] of [
      ['c', 30],
      ['a', 10],
      ['b', 20],
      ['b2', 20],
      ['late', 41],
    ] as const)
      clock.schedule(ms, () => fired.push([name, clock.now()]));
    await clock.advance(40);
    expect(fired).toEqual([
      ['a', 10],
      ['b', 20],
      ['b2', 20],
      ['c', 30],
    ]);
    expect(clock.now()).toBe(40);
  });

  it('lets promises settle between timers, so that what they start falls into the same span', async () => {
    const clock = new ManualClock(0);
    const ticks: number[] = [];
    const again = async (): Promise<void> => {
      ticks.push(clock.now());
      await Promise.resolve();
      await new Promise((resolve) => setImmediate(resolve));
      clock.schedule(10, () => void again());
    };
    clock.schedule(10, () => void again());
    await clock.advance(45);
    expect(ticks).toEqual([10, 20, 30, 40]);
  });

  it('does not fire what was cancelled, before or while time moves', async () => {
    const clock = new ManualClock(0);
    const fired: string[] = [];
    const cancel = clock.schedule(10, () => fired.push('a'));
    cancel();
    cancel();
    const cancelLater = clock.schedule(30, () => fired.push('b'));
    clock.schedule(20, cancelLater);
    await clock.advance(100);
    expect(fired).toEqual([]);
  });

  it('moves one step after another when two are asked for at once', async () => {
    const clock = new ManualClock(0);
    const fired: number[] = [];
    for (const ms of [5, 15]) clock.schedule(ms, () => fired.push(clock.now()));
    await Promise.all([clock.advance(10), clock.advance(10)]);
    expect([clock.now(), ...fired]).toEqual([20, 5, 15]);
  });

  it('passes on what a timer throws, and still moves afterwards', async () => {
    const clock = new ManualClock(0);
    clock.schedule(5, () => {
      throw new Error('broken timer');
    });
    await expect(clock.advance(10)).rejects.toThrow('broken timer');
    await clock.advance(10);
    expect(clock.now()).toBe(15);
  });

  it('refuses what is no duration', async () => {
    await expect(new ManualClock().advance(-1)).rejects.toMatchObject({ code: 'DURATION_INVALID' });
  });
});
