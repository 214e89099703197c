import { array, assert, integer, nat, property } from 'fast-check';
import { RateWindow } from '../../../../lib/engine/memory/rate-window.js';

describe('RateWindow', () => {
  it('has room for exactly as many as started outside of the span', () => {
    assert(
      property(integer({ min: 1, max: 5 }), integer({ min: 1, max: 20 }), array(nat(8)), (max, perMs, steps) => {
        const window = new RateWindow();
        const starts: number[] = [];
        let now = 0;
        for (const step of steps) {
          now += step;
          const room = window.room(max, perMs, now);
          const within = starts.filter((start) => start > now - perMs).length;
          expect(room).toBe(max - within);
          if (room === 0) {
            const opensAt = window.opensAt(max, perMs);
            expect([window.room(max, perMs, opensAt - 1), window.room(max, perMs, opensAt)]).toEqual([
              0,
              expect.any(Number),
            ]);
            expect(starts.filter((start) => start > opensAt - perMs).length).toBeLessThan(max);
            now = opensAt;
            continue;
          }
          window.add(now);
          starts.push(now);
        }
      }),
    );
  });

  it('does not grow with the number of starts', () => {
    const window = new RateWindow();
    for (let now = 0; now < 100_000; now++) {
      window.room(10, 5, now);
      window.add(now);
    }
    expect(JSON.stringify(window).length).toBeLessThan(30_000);
  });
});
