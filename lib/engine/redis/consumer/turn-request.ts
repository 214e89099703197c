import type { ClaimDemand, Settlement, SettleStatus, Turn } from '../../consumer.port.js';
import {
  ATTEMPT_GRACE_MS,
  CANCELLED_WINDOW_MS,
  MOST_CLAIMED_PER_TURN,
  PROMOTED_PER_TURN,
  TURN_ANSWER_KEPT_MS,
} from '../../store-limits.js';
import { completedRecord } from '../records/redis-codec.js';
import { historyText } from '../records/history-text.js';
import { durationBucket } from '../../duration-histogram.js';
import type { ScriptArgument } from '../connection/redis-connection.js';
import { lineOf, memberOf, placeOf } from '../redis-keys.js';

type Completed = Extract<Settlement, { kind: 'completed' }>;

/** A longer result is ended by itself: its tombstone is marked for whoever deletes it. */
const LONGEST_GROUPED_RESULT = 1_024;
/** Lua takes no more than 7,999 arguments at once, and of each of a group there are two. */
const MOST_IN_GROUP = 500;
const STATUSES: Readonly<Record<string, SettleStatus>> = { o: 'ok', l: 'lease_lost', c: 'cancelled' };

interface Indexed<T> {
  readonly index: number;
  readonly settlement: T;
}

/**
 * A turn as its script takes it. Completions of one type and window travel as one group, which the store ends with a few
 * commands; everything else goes one by one.
 */
export class TurnRequest {
  readonly args: readonly ScriptArgument[];
  /** Which settlement each letter of the answer is about. */
  private readonly order: readonly number[];

  /** @param endedAt see ReckonedTime */
  constructor(turn: Turn, endedAt: string) {
    const { groups, singles } = sorted(turn.settlements);
    const figures = figuresOf(turn.settlements);
    // More than Lua can hand on would be lost between its list and its lease.
    const slots = Math.min(turn.slots, MOST_CLAIMED_PER_TURN);
    const flags = `${turn.lowestFirst ? 'b' : ''}${turn.takeSuspect ? 's' : ''}`;
    const args: ScriptArgument[] = [turn.worker, turn.seq, slots, flags, ATTEMPT_GRACE_MS, TURN_ANSWER_KEPT_MS];
    args.push(PROMOTED_PER_TURN, CANCELLED_WINDOW_MS, figures.size, groups.length, singles.length);
    for (const [figure, count] of figures) args.push(figure, count);
    const order: number[] = [];
    for (const group of groups) {
      pushCompletions(args, group, endedAt);
      for (const { index } of group) order.push(index);
    }
    for (const { index, settlement } of singles) {
      args.push(...single(settlement));
      order.push(index);
    }
    if (slots > 0) for (const demand of turn.demand) pushDemand(args, demand);
    this.args = args;
    this.order = order;
  }

  /** One for each settlement, in the order of the turn, from the letters of the answer. */
  statuses(letters: string): SettleStatus[] {
    const statuses: SettleStatus[] = [];
    for (let at = 0; at < letters.length; at++) statuses[this.order[at] ?? at] = STATUSES[letters[at]];
    return statuses;
  }
}

function sorted(settlements: readonly Settlement[]): {
  groups: Indexed<Completed>[][];
  singles: Indexed<Settlement>[];
} {
  const groups: Indexed<Completed>[][] = [];
  const open = new Map<string, Indexed<Completed>[]>();
  const singles: Indexed<Settlement>[] = [];
  const grouped = new Set<string>();
  for (const [index, settlement] of settlements.entries()) {
    const member = memberOf(settlement);
    if (settlement.kind !== 'completed' || !mayBeGrouped(settlement) || grouped.has(member)) {
      singles.push({ index, settlement });
      continue;
    }
    grouped.add(member);
    const { type, version, windowMs } = settlement;
    const name = `${type} ${version} ${windowMs}`;
    let group = open.get(name);
    if (!group || group.length === MOST_IN_GROUP) {
      group = [];
      groups.push(group);
      open.set(name, group);
    }
    group.push({ index, settlement });
  }
  return { groups, singles };
}

/** A payload under its own key is deleted with the job, which a group does not do. */
function mayBeGrouped({ head, result = '' }: Completed): boolean {
  return head.charAt(0) !== 'B' && result.length <= LONGEST_GROUPED_RESULT;
}

function pushCompletions(args: ScriptArgument[], group: readonly Indexed<Completed>[], endedAt: string): void {
  const { type, version, windowMs } = group[0].settlement;
  args.push(lineOf(type, version), windowMs, group.length, endedAt);
  for (const { settlement } of group) args.push(memberOf(settlement));
  for (const { settlement } of group) args.push(settlement.lease);
  if (windowMs > 0) {
    for (const { settlement } of group) {
      const { head, result = '' } = settlement;
      args.push(completedRecord(head, endedAt, windowMs, result));
    }
  }
  for (const { settlement } of group) args.push(placeOf(settlement));
}

function single(settlement: Settlement): ScriptArgument[] {
  const what = [lineOf(settlement.type, settlement.version), memberOf(settlement), settlement.lease];
  switch (settlement.kind) {
    case 'completed':
      return ['C', ...what, settlement.windowMs, settlement.result ?? '', '', '', ''];
    case 'cancelled':
      return ['X', ...what, settlement.windowMs, '', '', '', ''];
    case 'retry':
      return ['R', ...what, settlement.delayMs, historyText(settlement.entry), settlement.uncounted ? 1 : '', '', ''];
    case 'released':
      return ['L', ...what, settlement.delayMs, settlement.unbegun ? 1 : '', '', '', ''];
    case 'buried': {
      const { reason, entry, summary, group, groupLabel } = settlement;
      return ['B', ...what, reason, historyText(entry), summary, group, groupLabel];
    }
  }
}

function pushDemand(args: ScriptArgument[], demand: ClaimDemand): void {
  const { type, version, quota, timeoutMs, globalConcurrency, rateLimit } = demand;
  args.push(lineOf(type, version), quota, timeoutMs);
  args.push(globalConcurrency ?? '', rateLimit?.max ?? '', rateLimit?.perMs ?? '');
}

/** Processing times, counted by type and size. */
function figuresOf(settlements: readonly Settlement[]): Map<string, number> {
  const figures = new Map<string, number>();
  for (const settlement of settlements) {
    if (!('durationMs' in settlement)) continue;
    const name = `ms:${settlement.type}:${durationBucket(settlement.durationMs)}`;
    figures.set(name, (figures.get(name) ?? 0) + 1);
  }
  return figures;
}
