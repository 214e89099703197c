import type { ClaimDemand, ClaimedJob } from '../engine/consumer.port.js';
import { MOST_CLAIMED_PER_TURN } from '../engine/store-limits.js';
import type { ClaimAhead } from './claim-ahead.js';
import type { ClaimRotation } from './claim-rotation.js';
import type { SlotShare } from './slot-pool.js';

/** What one turn asks for. */
export interface Asked {
  /** Reserved for what it claims. */
  readonly slots: number;
  /** Claimed beyond them. */
  readonly ahead: number;
  /** Empty: nothing is asked for. */
  readonly demand: readonly ClaimDemand[];
  /** See `Demands.partial`. */
  readonly partial: boolean;
  /** Slots were free, whether or not there is a demand for them. */
  readonly hadSlots: boolean;
}

export const ASKED_NOTHING: Asked = { slots: 0, ahead: 0, demand: [], partial: false, hadSlots: false };

/** What the turns of a lane may claim: slots of the pool, what may be claimed ahead of them, and of which types. */
export class ClaimBudget {
  constructor(
    private readonly slots: SlotShare,
    private readonly rotation: ClaimRotation,
    private readonly ahead: ClaimAhead,
  ) {}

  /** For a turn whose end is told to `answered`. */
  ask(): Asked {
    const slots = this.slots.reserve(MOST_CLAIMED_PER_TURN);
    const ahead = this.slots.contended() ? 0 : this.ahead.ask();
    const { demand, partial } = this.rotation.demands(slots, ahead);
    if (demand.length > 0) return { slots, ahead, demand, partial, hadSlots: slots > 0 };
    this.slots.fill(slots, 0);
    this.ahead.answered(ahead);
    return { ...ASKED_NOTHING, hadSlots: slots > 0 };
  }

  /** @returns for how many of what was claimed there is a slot */
  answered({ slots, ahead, demand }: Asked, claimed: readonly ClaimedJob[]): number {
    const filled = Math.min(slots, claimed.length);
    this.rotation.answered(demand, claimed);
    this.slots.fill(slots, filled);
    this.ahead.answered(ahead);
    return filled;
  }
}
