import { RateWindow } from '../../../lib/admin/access/rate-window.js';

describe('a window of changes', () => {
  it('lets so many through in any span of its length', () => {
    const window = new RateWindow(2, 1_000);
    expect([window.take('ada', 0), window.take('ada', 400)]).toEqual([0, 0]);
    expect(window.take('ada', 500)).toBe(500);
    expect(window.take('bob', 500)).toBe(0);
    expect(window.take('ada', 1_000)).toBe(0);
    expect(window.take('ada', 1_399)).toBe(1);
    expect(window.take('ada', 1_400)).toBe(0);
  });

  it('remembers a thousand names, the latest', () => {
    const window = new RateWindow(1, 1_000_000);
    window.take('first', 0);
    for (let n = 0; n < 999; n++) window.take(`name-${n}`, 1);
    expect(window.take('first', 2)).toBeGreaterThan(0);
    for (let n = 0; n < 1_000; n++) window.take(`other-${n}`, 3);
    expect(window.take('first', 4)).toBe(0);
    expect(window.take('other-999', 5)).toBeGreaterThan(0);
  });
});
