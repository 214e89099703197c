import { median, quantile, spread } from '../../bench/median.js';

describe('the figures of several rounds', () => {
  it.each<[number[], number]>([
    [[7], 7],
    [[9, 1], 5],
    [[10, 9, 100], 10],
    [[1, 2, 3, 10], 2.5],
  ])('of %j have the median %d', (values, expected) => expect(median(values)).toBe(expected));

  it('lie between the quantiles 0 and 1', () => {
    expect(spread([30, 4, 5])).toEqual([4, 30]);
  });

  it('have the quantile that so many of them lie below', () => {
    const values = Array.from({ length: 101 }, (_, n) => 100 - n);
    expect(quantile(values, 0.99)).toBe(99);
    expect(quantile([0, 10], 0.25)).toBe(2.5);
  });

  it('stay in the order of the rounds', () => {
    const values = [3, 1, 2];
    median(values);
    expect(values).toEqual([3, 1, 2]);
  });

  it('are no figure at all without a round', () => {
    expect(() => median([])).toThrow('no quantile');
  });
});
