import type { CronReason } from '../../core/cron-record.js';
import type { SlotCalendar } from './slot-calendar.js';

/** Further back nobody looks; a second's entry has so many in three hours. */
const MOST_LOOKED_AT = 10_000;

export interface MissedQuestion {
  readonly calendar: SlotCalendar;
  /** Every slot up to here has been decided. */
  readonly mark: number;
  /** Those up to here are nobody's. */
  readonly letPassUpTo: number;
  /** The last slot whose time has come. */
  readonly upTo: number;
  /** It is still in time. */
  readonly isInTime: boolean;
  /** So many of those that are not are run after all, the newest. */
  readonly catchUp: number;
}

export interface MissedPlan {
  /** In their order. */
  readonly runs: readonly { readonly slot: number; readonly isLate: boolean }[];
  /** Newest first. */
  readonly missed: readonly number[];
  /** Newest first. */
  readonly letPass: readonly number[];
}

/** Which of the slots that nobody has decided are run, and which are not. */
export function planMissed({ calendar, mark, letPassUpTo, upTo, isInTime, catchUp }: MissedQuestion): MissedPlan {
  const late = slotsBetween(calendar, Math.max(mark, letPassUpTo), isInTime ? upTo - 1 : upTo);
  const runs = late.slice(0, catchUp).reverse();
  return {
    runs: [...runs.map((slot) => ({ slot, isLate: true })), ...(isInTime ? [{ slot: upTo, isLate: false }] : [])],
    missed: late.slice(catchUp),
    letPass: letPassUpTo > mark ? slotsBetween(calendar, mark, Math.min(letPassUpTo, upTo)) : [],
  };
}

/** When an entry could not be run, as far as it is known. */
export interface Absence {
  readonly pausedAt?: number;
  readonly resumedAt?: number;
  /** It was stopped on purpose until then. */
  readonly letPassUpTo: number;
  /** Since when this process attends to the entry. */
  readonly attendedSince: number;
}

export function reasonFor(slot: number, { pausedAt, resumedAt, letPassUpTo, attendedSince }: Absence): CronReason {
  if (pausedAt !== undefined && slot >= pausedAt && slot < (resumedAt ?? Infinity)) return 'paused';
  if (slot <= letPassUpTo) return 'stopped';
  return slot >= attendedSince ? 'late' : 'down';
}

/** Newest first. */
function slotsBetween(calendar: SlotCalendar, mark: number, upTo: number): number[] {
  const slots: number[] = [];
  let slot = calendar.upTo(upTo);
  while (slot !== undefined && slot > mark && slots.length < MOST_LOOKED_AT) {
    slots.push(slot);
    slot = calendar.upTo(slot - 1);
  }
  return slots;
}
