interface JournalEntry<T> {
  readonly position: number;
  value?: { readonly of: T };
}

/** Entries in the order of rising positions, read backwards from any of them, with removal from the middle. */
export class Journal<T> {
  private entries: JournalEntry<T>[] = [];
  private count = 0;

  get size(): number {
    return this.count;
  }

  /** The oldest. */
  get first(): T | undefined {
    return this.entries.find(({ value }) => value)?.value?.of;
  }

  append(position: number, value: T): void {
    this.entries.push({ position, value: { of: value } });
    this.count++;
  }

  remove(position: number): void {
    const entry = this.entries[this.indexBefore(position + 1)];
    if (entry?.position !== position || !entry.value) return;
    entry.value = undefined;
    this.count--;
    if (this.entries.length > 32 && this.count < this.entries.length / 2) {
      this.entries = this.entries.filter((kept) => kept.value);
    }
  }

  /** As long as it holds for the oldest one that is left. */
  dropOldest(isOver: (value: T) => boolean): void {
    const kept = this.entries.findIndex(({ value }) => value && !isOver(value.of));
    const over = kept < 0 ? this.entries : this.entries.slice(0, kept);
    this.count -= over.filter(({ value }) => value).length;
    this.entries = kept < 0 ? [] : this.entries.slice(kept);
  }

  /** Newest first, those of a lower position only. */
  *before(position: number): IterableIterator<{ position: number; value: T }> {
    for (let index = this.indexBefore(position); index >= 0; index--) {
      const entry = this.entries[index];
      if (entry.value) yield { position: entry.position, value: entry.value.of };
    }
  }

  private indexBefore(position: number): number {
    let low = 0;
    let high = this.entries.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.entries[middle].position < position) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }
}
