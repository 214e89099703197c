import type { Clock } from '../../../core/clock.js';
import type { LockClaim, LockStore, LockTaken } from '../../../engine/lock-store.port.js';

interface Held {
  readonly claim: LockClaim;
  readonly fencingToken: number;
  until: number;
}

/** What outlives the locks of an entry. */
interface Known {
  token: number;
  mark?: { readonly slot: number; readonly run: string; readonly holder: string };
}

/** How far ahead of the clock a slot may lie. */
const EARLY_MS = 1_000;

/** The locks of one process. */
export class MemoryLockStore implements LockStore {
  private readonly held = new Map<string, Held>();
  private readonly known = new Map<string, Known>();

  constructor(private readonly clock: Clock) {}

  take(claim: LockClaim): Promise<LockTaken> {
    return Promise.resolve(this.taken(claim));
  }

  renew(claim: LockClaim): Promise<boolean> {
    const held = this.living(claim);
    const isOwn = held?.claim.owner === claim.owner;
    if (isOwn) held.until = this.clock.now() + claim.ttlMs;
    return Promise.resolve(isOwn);
  }

  giveBack(claim: LockClaim): Promise<void> {
    if (this.held.get(keyOf(claim))?.claim.owner === claim.owner) this.held.delete(keyOf(claim));
    return Promise.resolve();
  }

  /** Takes a lock away from whoever has it, as somebody who deletes its key would. */
  remove(entry: string): void {
    this.held.delete(entry);
  }

  private taken(claim: LockClaim): LockTaken {
    const { entry, slot, run, holder, movesMark, ttlMs } = claim;
    const now = this.clock.now();
    const held = this.living(claim);
    if (held?.claim.owner === claim.owner) return { taken: true, fencingToken: held.fencingToken };
    const known = this.known.get(entry) ?? { token: 0 };
    const { mark } = known;
    if (movesMark && slot > now + EARLY_MS) return { taken: false, reason: 'early', remainingMs: slot - now };
    if (movesMark && mark && (mark.slot > slot || (mark.slot === slot && mark.run !== run)))
      return { taken: false, reason: 'slot-taken', holder: mark.holder };
    if (held) return { taken: false, reason: 'held', holder: held.claim.holder };
    known.token = Math.max(known.token + 1, now * 1_000);
    if (movesMark) known.mark = { slot, run, holder };
    this.known.set(entry, known);
    this.held.set(keyOf(claim), { claim, fencingToken: known.token, until: now + ttlMs });
    return { taken: true, fencingToken: known.token };
  }

  private living(claim: LockClaim): Held | undefined {
    const held = this.held.get(keyOf(claim));
    return held && held.until > this.clock.now() ? held : undefined;
  }
}

function keyOf({ entry, slot, per }: LockClaim): string {
  return per === 'slot' ? `${entry}~${slot}` : entry;
}
