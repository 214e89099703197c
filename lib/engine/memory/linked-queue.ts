/** A place in a LinkedQueue; give it back to `remove` to leave from the middle. */
export interface QueuePlace<T> {
  readonly value: T;
  queue?: LinkedQueue<T>;
  before?: QueuePlace<T>;
  after?: QueuePlace<T>;
}

/** First in, first out, with constant time at both ends and in the middle, however long it is. */
export class LinkedQueue<T> {
  private head?: QueuePlace<T>;
  private tail?: QueuePlace<T>;
  private count = 0;

  get size(): number {
    return this.count;
  }

  get first(): T | undefined {
    return this.head?.value;
  }

  append(value: T): QueuePlace<T> {
    const place: QueuePlace<T> = { value, queue: this, before: this.tail };
    if (this.tail) this.tail.after = place;
    else this.head = place;
    this.tail = place;
    this.count++;
    return place;
  }

  prepend(value: T): QueuePlace<T> {
    const place: QueuePlace<T> = { value, queue: this, after: this.head };
    if (this.head) this.head.before = place;
    else this.tail = place;
    this.head = place;
    this.count++;
    return place;
  }

  /** Does nothing for a place that has left already. */
  remove(place: QueuePlace<T>): void {
    if (place.queue !== this) return;
    if (place.before) place.before.after = place.after;
    else this.head = place.after;
    if (place.after) place.after.before = place.before;
    else this.tail = place.before;
    place.queue = place.before = place.after = undefined;
    this.count--;
  }

  *[Symbol.iterator](): IterableIterator<T> {
    for (let place = this.head; place; place = place.after) yield place.value;
  }
}
