/**
 * A process takes one suspect at a time: a job under which a worker died may have killed it, and if it does so again it is
 * alone among the suspects.
 */
export class SuspectSeat {
  private holder: unknown;

  get free(): boolean {
    return this.holder === undefined;
  }

  take(holder: unknown): boolean {
    if (this.holder !== undefined) return false;
    this.holder = holder;
    return true;
  }

  /** From the turn that asked to the attempt that it brought. */
  pass(from: unknown, to: unknown): void {
    if (this.holder === from) this.holder = to;
  }

  leave(holder: unknown): void {
    if (this.holder === holder) this.holder = undefined;
  }
}
