interface Waiter {
  readonly resolve: () => void;
  /** Somebody looked for work after the waiter came. */
  looked: boolean;
}

/** Who waits until a lane has nothing to do. */
export class QuietWatch {
  private waiters: Waiter[] = [];

  wait(): Promise<void> {
    return new Promise((resolve) => this.waiters.push({ resolve, looked: false }));
  }

  looked(): void {
    for (const waiter of this.waiters) waiter.looked = true;
  }

  /** @returns whether somebody still waits, for a look of his own */
  quiet(): boolean {
    const [done, left] = [
      this.waiters.filter((waiter) => waiter.looked),
      this.waiters.filter((waiter) => !waiter.looked),
    ];
    this.waiters = left;
    for (const { resolve } of done) resolve();
    return left.length > 0;
  }

  giveUp(): void {
    this.looked();
    this.quiet();
  }
}
