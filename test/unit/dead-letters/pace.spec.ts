import { Pace } from '../../../lib/dead-letters/plans/pace.js';

describe('a pace', () => {
  it('lets through what it earned, and saves up no more than for its burst', () => {
    const pace = new Pace(100, 250, 0);
    expect(pace.allowance(0)).toBe(25);
    pace.spend(25);
    expect(pace.allowance(100)).toBe(10);
    pace.spend(10);
    expect(pace.allowance(10_000)).toBe(25);
  });

  it('lets one a second through as well', () => {
    const pace = new Pace(1, 250, 0);
    pace.spend(pace.allowance(0));
    const allowed = Array.from({ length: 12 }, (_, n) => {
      const allowance = pace.allowance((n + 1) * 250);
      pace.spend(allowance);
      return allowance;
    });
    expect(allowed).toEqual([0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1]);
  });

  it('earns nothing by a clock that goes back', () => {
    const pace = new Pace(10, 1_000, 5_000);
    pace.spend(10);
    expect(pace.allowance(1_000)).toBe(0);
  });
});
