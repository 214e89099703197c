import { array, assert, boolean, nat, property, tuple } from 'fast-check';
import { IndexedHeap } from '../../../../lib/engine/memory/indexed-heap.js';

describe('IndexedHeap', () => {
  it('gives back what was not removed in order of time, ties in order of arrival', () => {
    assert(
      property(array(tuple(nat(20), boolean())), (entries) => {
        const heap = new IndexedHeap<number>();
        const places = entries.map(([at], index) => heap.add(at, index));
        entries.forEach(([, removed], index) => {
          if (removed) heap.remove(places[index]);
        });
        const taken: (number | undefined)[] = [];
        while (heap.size > 0) taken.push(heap.takeDue(Infinity));
        const kept = entries.flatMap(([at, removed], index) => (removed ? [] : [{ at, index }]));
        expect(taken).toEqual(kept.sort((a, b) => a.at - b.at || a.index - b.index).map(({ index }) => index));
      }),
    );
  });

  it('takes only what is due', () => {
    const heap = new IndexedHeap<string>();
    heap.add(5, 'a');
    expect([heap.takeDue(4), heap.takeDue(5), heap.takeDue(9)]).toEqual([undefined, 'a', undefined]);
  });

  it('is deaf to a place that has left', () => {
    const heap = new IndexedHeap<string>();
    const place = heap.add(1, 'a');
    heap.remove(place);
    heap.add(2, 'b');
    heap.remove(place);
    expect([heap.size, heap.first?.value]).toEqual([1, 'b']);
  });
});
