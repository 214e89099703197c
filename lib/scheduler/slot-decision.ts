import type { CronRecord } from '../core/cron-record.js';
import { newOp } from '../core/job-id.js';
import type { StoreClock } from '../core/store-clock.js';
import type { CronLine, CronStore, SlotAnswer } from '../engine/cron.port.js';
import { CRON_LINES } from '../engine/store-limits.js';
import type { CronEntry } from './cron-entry.js';
import { fieldOf, slotTake, type SlotOwner, type SlotWish } from './slot-request.js';
import { planMissed, reasonFor, type MissedPlan } from './slots/missed-slots.js';

/** Whoever else attends to an entry has decided a slot by then. */
const SETTLED_MS = 5_000;
/** Others may decide at the same time; then it is looked again. */
const MOST_TRIES = 5;
/** Asks where an entry stands: no mark comes up to it. */
const BEYOND_ALL = Number.MAX_SAFE_INTEGER;

export type SlotVerdict =
  /** Everything whose time has come is decided, as far as it can be. */
  | { readonly status: 'done' }
  /** By the store's clock it is not yet time. */
  | { readonly status: 'early'; readonly remainingMs: number }
  /** Others decided so much meanwhile that it is to be looked again. */
  | { readonly status: 'again' };

const DONE: SlotVerdict = { status: 'done' };

export interface SlotDecisionParts {
  readonly engine: Pick<CronStore, 'takeSlot'>;
  readonly time: Pick<StoreClock, 'now'>;
  readonly instance: string;
  /** False once no slot of it may be asked for any more. */
  readonly isAttending: (entry: CronEntry) => boolean;
}

/** Decides what becomes of the slots of an entry whose time has come. */
export class SlotDecision {
  constructor(private readonly parts: SlotDecisionParts) {}

  async decide(entry: CronEntry): Promise<SlotVerdict> {
    const now = this.parts.time.now();
    const slot = entry.calendar.upTo(now);
    if (slot === undefined || slot <= entry.mark) return DONE;
    const isLetPass = slot <= entry.letPassUpTo;
    if (isLetPass && now - slot < SETTLED_MS) return { status: 'early', remainingMs: slot + SETTLED_MS - now };
    const isInTime = !isLetPass && now - slot <= entry.definition.thresholdMs;
    let answer = await this.ask(entry, slot, isInTime);
    for (let tries = 0; answer.status === 'behind' && tries < MOST_TRIES; tries++) {
      if (!this.parts.isAttending(entry)) return DONE;
      answer = await this.catchUp(entry, slot, isInTime, answer);
    }
    return this.verdict(entry, slot, answer);
  }

  /** In time, it is simply asked for; late, where the entry stands must be known first. */
  private ask(entry: CronEntry, slot: number, isInTime: boolean): Promise<SlotAnswer> {
    return isInTime
      ? this.take(entry, { slot, kind: 'run', trigger: 'schedule', after: entry.calendar.upTo(slot - 1) ?? 0 })
      : this.take(entry, { slot, kind: 'miss', trigger: 'catch-up', after: BEYOND_ALL });
  }

  private async catchUp(
    entry: CronEntry,
    slot: number,
    isInTime: boolean,
    { mark, pausedAt, resumedAt }: Extract<SlotAnswer, { status: 'behind' }>,
  ): Promise<SlotAnswer> {
    const { calendar, letPassUpTo, definition } = entry;
    const catchUp = isInTime ? definition.catchUpInTime : definition.catchUp;
    const plan = planMissed({ calendar, mark, letPassUpTo, upTo: slot, isInTime, catchUp });
    const absence = { pausedAt, resumedAt, letPassUpTo, attendedSince: entry.attendedSince ?? Infinity };
    const notRun = [...plan.missed, ...plan.letPass].slice(0, CRON_LINES);
    const missed = notRun.map((one) => this.lineOf(one, reasonFor(one, absence)));
    const lines = { missed: missed.reverse(), missedCount: plan.missed.length };
    if (plan.runs.length === 0)
      return this.take(entry, { slot, kind: 'miss', trigger: 'catch-up', after: mark, ...lines });
    return this.runAll(entry, plan, mark, lines);
  }

  /**
   * One after the other: each of several is to be run, so it may wait for the one before it. What is left of them when the entry is
   * stopped is found undecided by whoever attends to it next.
   */
  private async runAll(
    entry: CronEntry,
    { runs }: MissedPlan,
    mark: number,
    lines: Pick<SlotWish, 'missed' | 'missedCount'>,
  ): Promise<SlotAnswer> {
    let answer: SlotAnswer = { status: 'missed' };
    for (const [i, { slot, isLate }] of runs.entries()) {
      const kind = runs.length > 1 ? 'late' : 'run';
      const first = i === 0 ? { after: mark, ...lines } : { after: 0 };
      answer = await this.take(entry, { slot, kind, trigger: isLate ? 'catch-up' : 'schedule', ...first });
      if (['behind', 'paused', 'outdated', 'early'].includes(answer.status)) return answer;
      if (!this.parts.isAttending(entry)) return { status: 'behind', mark: slot };
    }
    return answer;
  }

  private take(entry: CronEntry, wish: SlotWish): Promise<SlotAnswer> {
    return this.parts.engine.takeSlot(slotTake(this.ownerOf(entry), wish));
  }

  private verdict(entry: CronEntry, slot: number, answer: SlotAnswer): SlotVerdict {
    switch (answer.status) {
      case 'early':
        return answer;
      case 'paused':
        return DONE;
      case 'outdated':
        entry.isOutdated = true;
        return DONE;
      case 'behind':
        return { status: 'again' };
      default:
        entry.mark = Math.max(entry.mark, slot);
        return DONE;
    }
  }

  private ownerOf({ name, queue, fingerprint, description }: CronEntry): SlotOwner {
    return { name, queue, fingerprint, description, instance: this.parts.instance };
  }

  private lineOf(slot: number, why: CronRecord['why']): CronLine {
    const record: CronRecord = { slot, trigger: 'schedule', outcome: 'missed', why, instance: this.parts.instance };
    return { field: fieldOf(slot, newOp()), text: JSON.stringify(record) };
  }
}
