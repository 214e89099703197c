import type { MessageEvent } from '@nestjs/common';
import { noRedaction } from '../../../lib/core/redaction.js';
import { LIVE_EVERY_MS, LiveFeed, MOST_LISTENERS } from '../../../lib/admin/live/live-feed.js';
import { EngineUnavailableError } from '../../../lib/index.js';
import { ManualClock } from '../../../lib/testing/index.js';

class Onlooker {
  readonly told: MessageEvent[] = [];
  waiting = 0;
  dropped = false;
  ended = false;

  constructor(feed: LiveFeed) {
    const client = { connection: this, pending: () => this.waiting, drop: () => void (this.dropped = true) };
    const subscription = feed.listen(client).subscribe({
      next: (message) => this.told.push(message),
      complete: () => (this.ended = true),
    });
    this.leave = () => subscription.unsubscribe();
  }

  readonly leave: () => void;
}

describe('the live feed', () => {
  let clock: ManualClock, reads: number, trouble: Error | undefined, feed: LiveFeed;
  beforeEach(() => {
    [clock, reads, trouble] = [new ManualClock(), 0, undefined];
    const read = async (): Promise<object> => {
      reads += 1;
      if (trouble) throw trouble;
      return { reads };
    };
    feed = new LiveFeed({ read, clock, view: noRedaction });
  });

  it('tells at once, then every two seconds, and reads once for all', async () => {
    const [one, two] = [new Onlooker(feed), new Onlooker(feed)];
    await clock.advance(0);
    expect([one, two].map(({ told }) => told)).toEqual([
      [{ type: 'overview', data: { reads: 1 }, retry: 3_000 }],
      [{ type: 'overview', data: { reads: 1 }, retry: 3_000 }],
    ]);
    await clock.advance(2 * LIVE_EVERY_MS);
    expect(two.told.slice(1)).toEqual([
      { type: 'overview', data: { reads: 2 } },
      { type: 'overview', data: { reads: 3 } },
    ]);
    expect(one.told).toHaveLength(3);
  });

  it('reads nothing when nobody listens', async () => {
    const one = new Onlooker(feed);
    await clock.advance(LIVE_EVERY_MS);
    one.leave();
    const before = reads;
    await clock.advance(20 * LIVE_EVERY_MS);
    expect(reads).toBe(before);
    const two = new Onlooker(feed);
    await clock.advance(LIVE_EVERY_MS);
    expect(two.told).toHaveLength(2);
  });

  it('tells nothing more to whoever does not take it, and drops it in the end', async () => {
    const [slow, quick] = [new Onlooker(feed), new Onlooker(feed)];
    await clock.advance(0);
    slow.waiting = 1_000;
    await clock.advance(14 * LIVE_EVERY_MS);
    expect([slow.told.length, quick.told.length, slow.ended]).toEqual([1, 15, false]);
    await clock.advance(LIVE_EVERY_MS);
    expect([slow.ended, slow.dropped, quick.ended]).toEqual([true, true, false]);
  });

  it('goes on with whoever catches up', async () => {
    const slow = new Onlooker(feed);
    await clock.advance(0);
    slow.waiting = 1_000;
    await clock.advance(14 * LIVE_EVERY_MS);
    slow.waiting = 0;
    await clock.advance(LIVE_EVERY_MS);
    slow.waiting = 1_000;
    await clock.advance(14 * LIVE_EVERY_MS);
    expect([slow.told.length, slow.ended]).toEqual([2, false]);
  });

  it('ends after a quarter of an hour, so that rights are looked at again', async () => {
    const one = new Onlooker(feed);
    await clock.advance('14m');
    expect(one.ended).toBe(false);
    await clock.advance('1m');
    expect([one.ended, one.dropped]).toEqual([true, false]);
  });

  it('tells that the store is away, and when it is back', async () => {
    const one = new Onlooker(feed);
    await clock.advance(0);
    trouble = new EngineUnavailableError('redis-7.internal is away');
    await clock.advance(LIVE_EVERY_MS);
    trouble = undefined;
    await clock.advance(LIVE_EVERY_MS);
    expect(one.told.map(({ type }) => type)).toEqual(['overview', 'problem', 'overview']);
    expect(one.told[1].data).toMatchObject({ status: 503, code: 'ENGINE_UNAVAILABLE' });
    expect(JSON.stringify(one.told)).not.toContain('redis-7');
  });

  it('has room for so many, and none once it is closed', async () => {
    const all = Array.from({ length: MOST_LISTENERS }, () => new Onlooker(feed));
    expect(feed.isFull).toBe(true);
    expect(new Onlooker(feed).ended).toBe(true);
    all[0].leave();
    expect(feed.isFull).toBe(false);
    feed.onModuleDestroy();
    expect(all.slice(1).every(({ ended, dropped }) => ended && dropped)).toBe(true);
    expect(all[0].dropped).toBe(false);
    expect(new Onlooker(feed).ended).toBe(true);
    const before = reads;
    await clock.advance(10 * LIVE_EVERY_MS);
    expect(reads).toBe(before);
  });
});
