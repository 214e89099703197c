import type { Order } from './order.js';

/** Ticks off the orders, and tells when so many were handled. */
export class Delivery {
  private readonly times: Uint8Array;
  private goal = Infinity;
  private reached: () => void = () => undefined;
  private handledSoFar = 0;

  /** @param orders at most so many, numbered from 0 */
  constructor(orders: number) {
    this.times = new Uint8Array(orders);
  }

  get handled(): number {
    return this.handledSoFar;
  }

  readonly handle = ({ n }: Pick<Order, 'n'>): void => {
    // What lies outside of the list counts as handled, and so can not come out exact.
    if (n < this.times.length) this.times[n]++;
    if (++this.handledSoFar === this.goal) this.reached();
  };

  /** Resolves in the moment in which `count` orders in all were handled. */
  async until(count: number, withinMs = 300_000): Promise<void> {
    if (this.handledSoFar >= count) return;
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(
        () => reject(new Error(`${this.handledSoFar} of ${count} orders were handled in ${withinMs} ms`)),
        withinMs,
      );
      this.goal = count;
      this.reached = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  /**
   * @param accepted so many orders, the first ones
   * @param left how many jobs the store still holds
   * @returns how many orders were handled, each once
   * @throws Error when one was handled twice, or is neither handled nor in the store
   */
  exact(accepted: number, left: number): number {
    const asked = this.times.subarray(0, accepted);
    const once = asked.reduce((sum, times) => sum + (times === 1 ? 1 : 0), 0);
    if (once !== this.handledSoFar || once + left !== accepted) {
      throw new Error(
        `delivery is not exact: of ${accepted} orders ${once} were handled once and ${left} are left, ` +
          `but the handler ran ${this.handledSoFar} times`,
      );
    }
    return once;
  }
}
