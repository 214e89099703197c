/** One lane's part in a pool of slots. */
export interface SlotShare {
  /** Up to `most` slots for the turn that is about to begin; 0 when none is free or others are owed them. */
  reserve(most: number): number;
  /** A turn is over: of the slots that were reserved for it, `filled` are in use now, the rest is free again. */
  fill(reserved: number, filled: number): void;
  /** A running attempt ended. */
  release(): void;
  /** Whether others of the pool believe that there is work for them. */
  contended(): boolean;
  /** There is nothing more to take for now: what is free may go to others. */
  satisfied(): void;
  /** To be told of free slots, without knowing whether there is work. */
  want(): void;
}

export interface SlotTaker {
  /** Slots became free that this lane had wanted in vain. */
  onFree(): void;
  /** None is free any more. */
  onFull(): void;
}

interface Share {
  used: number;
  reserved: number;
  /** Believes that there is work for it. */
  wanting: boolean;
  readonly taker: SlotTaker;
}

/**
 * The slots that several queues share. A queue may take whatever is free, save what other queues with work are owed: each of
 * them can get an equal part, however deep the backlog of its neighbour.
 */
export class SlotPool {
  private readonly shares: Share[] = [];
  private taken = 0;

  constructor(readonly size: number) {}

  get free(): number {
    return this.size - this.taken;
  }

  join(taker: SlotTaker): SlotShare {
    const share: Share = { used: 0, reserved: 0, wanting: false, taker };
    this.shares.push(share);
    return {
      reserve: (most) => this.reserve(share, most),
      fill: (reserved, filled) => this.fill(share, reserved, filled),
      release: () => {
        share.used--;
        this.taken--;
        this.offer(share);
      },
      contended: () => this.shares.length > 1 && this.shares.some((other) => other !== share && other.wanting),
      satisfied: () => {
        share.wanting = false;
      },
      want: () => {
        share.wanting = true;
      },
    };
  }

  private fill(share: Share, reserved: number, filled: number): void {
    const unfilled = reserved - filled;
    share.reserved -= reserved;
    share.used += filled;
    this.taken -= unfilled;
    if (unfilled > 0) this.offer(share);
    if (this.free === 0) for (const { taker } of this.shares) taker.onFull();
  }

  private reserve(share: Share, most: number): number {
    share.wanting = true;
    const slots = Math.max(0, Math.min(this.free, most, this.allowed(share)));
    share.reserved += slots;
    this.taken += slots;
    return slots;
  }

  private allowed(share: Share): number {
    if (this.shares.length === 1) return this.free;
    const wanting = this.shares.filter((other) => other.wanting);
    const equalPart = Math.max(1, Math.floor(this.size / wanting.length));
    const owed = wanting.reduce(
      (sum, other) => (other === share ? sum : sum + Math.max(0, equalPart - held(other))),
      0,
    );
    return Math.max(this.free - owed, equalPart - held(share));
  }

  private offer(from: Share): void {
    if (this.shares.length === 1) return;
    for (const share of this.shares) if (share !== from && share.wanting && share.reserved === 0) share.taker.onFree();
  }
}

function held({ used, reserved }: Share): number {
  return used + reserved;
}
