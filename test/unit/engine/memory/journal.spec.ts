import { Journal } from '../../../../lib/engine/memory/journal.js';

const positions = (journal: Journal<string>, before = Infinity): number[] =>
  [...journal.before(before)].map(({ position }) => position);

describe('Journal', () => {
  it('reads backwards from any position', () => {
    const journal = new Journal<string>();
    for (const position of [2, 5, 9]) journal.append(position, `at ${position}`);
    expect([positions(journal), positions(journal, 9), positions(journal, 6), positions(journal, 2)]).toEqual([
      [9, 5, 2],
      [5, 2],
      [5, 2],
      [],
    ]);
    expect([...journal.before(6)][0].value).toBe('at 5');
  });

  it('forgets what was removed, and nothing else', () => {
    const journal = new Journal<string>();
    for (let position = 1; position <= 200; position++) journal.append(position, '');
    for (let position = 1; position <= 200; position++) if (position % 10) journal.remove(position);
    journal.remove(10);
    journal.remove(10);
    journal.remove(999);
    expect(positions(journal)).toEqual([
      200, 190, 180, 170, 160, 150, 140, 130, 120, 110, 100, 90, 80, 70, 60, 50, 40, 30, 20,
    ]);
    expect(journal.size).toBe(19);
  });

  it('keeps values that count as nothing', () => {
    const journal = new Journal<string>();
    journal.append(1, '');
    expect([positions(journal), journal.size]).toEqual([[1], 1]);
  });
});
