/** A place in an IndexedHeap; give it back to `remove` to leave before its turn. */
export interface HeapPlace<T> {
  readonly at: number;
  readonly value: T;
  /** Breaks ties: first come, first served. */
  readonly order: number;
  index: number;
}

/** The earliest first; entering and leaving cost O(log n) wherever the place is. */
export class IndexedHeap<T> {
  private readonly places: HeapPlace<T>[] = [];
  private entered = 0;

  get size(): number {
    return this.places.length;
  }

  get first(): HeapPlace<T> | undefined {
    return this.places[0];
  }

  add(at: number, value: T): HeapPlace<T> {
    const place = { at, value, order: this.entered++, index: this.places.length };
    this.places.push(place);
    this.rise(place);
    return place;
  }

  /** Does nothing for a place that has left already. */
  remove(place: HeapPlace<T>): void {
    if (this.places[place.index] !== place) return;
    const last = this.places.pop() as HeapPlace<T>;
    if (last !== place) {
      this.put(last, place.index);
      this.rise(last);
      this.sink(last);
    }
    place.index = -1;
  }

  /** Takes the earliest if its time has come. */
  takeDue(now: number): T | undefined {
    const first = this.first;
    if (!first || first.at > now) return undefined;
    this.remove(first);
    return first.value;
  }

  private rise(place: HeapPlace<T>): void {
    while (place.index > 0) {
      const parent = this.places[(place.index - 1) >> 1];
      if (!isBefore(place, parent)) return;
      this.swap(place, parent);
    }
  }

  private sink(place: HeapPlace<T>): void {
    for (;;) {
      const left = this.places[2 * place.index + 1];
      const right = this.places[2 * place.index + 2];
      const child = left && right && isBefore(right, left) ? right : left;
      if (!child || !isBefore(child, place)) return;
      this.swap(child, place);
    }
  }

  private swap(a: HeapPlace<T>, b: HeapPlace<T>): void {
    const { index } = a;
    this.put(a, b.index);
    this.put(b, index);
  }

  private put(place: HeapPlace<T>, index: number): void {
    this.places[index] = place;
    place.index = index;
  }
}

function isBefore(a: HeapPlace<unknown>, b: HeapPlace<unknown>): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}
