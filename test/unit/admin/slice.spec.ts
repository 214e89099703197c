import { slice } from '../../../lib/admin/requests/slice.js';

const names = ['a', 'b', 'c', 'd', 'e'];
const itself = (name: string): string => name;
const page = (all: readonly string[], limit: number, cursor?: string) =>
  slice(all, itself, { limit, ...(cursor && { cursor }) });

describe('a list that is read as a whole', () => {
  it('is given out in pages that hold each item once', () => {
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const { items, nextCursor } = page(names, 2, cursor);
      seen.push(...items);
      cursor = nextCursor;
    } while (cursor !== undefined);
    expect(seen).toEqual(names);
    expect(page(names, 5)).toEqual({ items: names });
    expect(page([], 5)).toEqual({ items: [] });
  });

  it('goes on where it was, whatever came and went in between', () => {
    const { nextCursor } = page(names, 2);
    expect(page(['0', ...names], 2, nextCursor).items).toEqual(['c', 'd']);
    expect(page(['a', 'c', 'd'], 2, nextCursor).items).toEqual(['c', 'd']);
    expect(page([], 2, nextCursor).items).toEqual([]);
  });

  it('has pages of 1 to 100, and no cursors but its own', () => {
    for (const limit of [0, 101, 1.5]) expect(() => page(names, limit)).toThrow(/limit/);
    expect(() => page(names, 2, 'x')).toThrow(/no cursor/);
  });
});
