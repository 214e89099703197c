import { LinkedQueue, type QueuePlace } from '../../../../lib/engine/memory/linked-queue.js';

describe('LinkedQueue', () => {
  it('keeps order at both ends', () => {
    const queue = new LinkedQueue<number>();
    for (const value of [1, 2]) queue.append(value);
    queue.prepend(0);
    expect([[...queue], queue.size, queue.first]).toEqual([[0, 1, 2], 3, 0]);
  });

  it('lets any place leave, once', () => {
    const queue = new LinkedQueue<number>();
    const places: QueuePlace<number>[] = [0, 1, 2, 3].map((value) => queue.append(value));
    for (const index of [2, 0, 3, 3, 0]) queue.remove(places[index]);
    expect([[...queue], queue.size]).toEqual([[1], 1]);
    queue.remove(places[1]);
    expect([[...queue], queue.size, queue.first]).toEqual([[], 0, undefined]);
    queue.append(7);
    expect([...queue]).toEqual([7]);
  });

  it('is deaf to places of another queue', () => {
    const [one, two] = [new LinkedQueue<number>(), new LinkedQueue<number>()];
    const place = one.append(1);
    two.append(2);
    two.remove(place);
    expect([one.size, two.size]).toEqual([1, 1]);
  });
});
