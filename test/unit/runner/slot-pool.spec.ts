import { SlotPool, type SlotShare } from '../../../lib/runner/slot-pool.js';

function joined(pool: SlotPool, told: string[] = [], name = 'lane'): SlotShare {
  return pool.join({ onFree: () => told.push(`${name} free`), onFull: () => told.push(`${name} full`) });
}

describe('a pool of slots', () => {
  it('gives one lane all it has, and no more', () => {
    const lane = joined(new SlotPool(3));
    expect(lane.reserve(500)).toBe(3);
    expect(lane.reserve(500)).toBe(0);
    lane.fill(3, 2);
    expect(lane.reserve(500)).toBe(1);
    lane.fill(1, 0);
    lane.release();
    expect(lane.reserve(500)).toBe(2);
  });

  it('knows apart what it reserved for turns that are under way at once', () => {
    const pool = new SlotPool(4);
    const lane = joined(pool);
    expect(lane.reserve(3)).toBe(3);
    expect(lane.reserve(500)).toBe(1);
    lane.fill(1, 0);
    expect(pool.free).toBe(1);
    lane.fill(3, 3);
    expect(pool.free).toBe(1);
  });

  it('keeps for a lane with work what it is owed', () => {
    const pool = new SlotPool(4);
    const told: string[] = [];
    const [a, b] = [joined(pool, told, 'a'), joined(pool, told, 'b')];
    expect(a.reserve(500)).toBe(4);
    a.fill(4, 4);
    expect(told).toEqual(['a full', 'b full']);
    expect(b.reserve(500)).toBe(0);
    a.release();
    expect(told).toContain('b free');
    expect(a.reserve(500)).toBe(0);
    expect(b.reserve(500)).toBe(1);
    b.fill(1, 1);
    a.release();
    expect(a.reserve(500)).toBe(0);
    expect(b.reserve(500)).toBe(1);
    b.fill(1, 1);
    a.release();
    expect(b.reserve(500)).toBe(0);
    expect(a.reserve(500)).toBe(1);
  });

  it('gives everything to the one lane that has work, once the others said that they have none', () => {
    const pool = new SlotPool(4);
    const [a, b] = [joined(pool), joined(pool)];
    expect(b.reserve(500)).toBe(4);
    b.fill(4, 0);
    expect(a.reserve(500)).toBe(2);
    a.fill(2, 2);
    b.satisfied();
    expect(a.reserve(500)).toBe(2);
  });

  it('lets more lanes than slots take turns', () => {
    const pool = new SlotPool(1);
    const lanes = [joined(pool), joined(pool), joined(pool)];
    for (const lane of lanes) lane.want();
    expect(lanes[2].reserve(500)).toBe(1);
    lanes[2].fill(1, 1);
    lanes[2].release();
    expect(pool.free).toBe(1);
    expect(lanes[0].reserve(500)).toBe(1);
  });
});
