import type { CronOverlap } from '../core/cron-definition.js';
import type { CronRecord } from '../core/cron-record.js';
import { VigilError } from '../core/vigil.error.js';
import type { KeptCron } from '../engine/cron.port.js';
import { CRON_STANDS_MS } from '../engine/store-limits.js';
import type { CronDescription } from './cron-entry.js';
import { calendarOf } from './slots/calendar-of.js';
import type { SlotCalendar } from './slots/slot-calendar.js';

const SLOTS_SHOWN = 5;
const NOT_DUE: ReadonlySet<CronState> = new Set(['paused', 'stopped', 'unattended']);

/**
 * `scheduled`: it waits for its next slot; `running`: a run of it waits or runs; `paused`; `stopped`: the process that started
 * last does not run it, because it is `disabled` or was stopped through its `CronJob`; `unattended`: no process has declared it for a
 * minute and a half.
 *
 * @example
 * const isWell = (state: CronState): boolean => state === 'scheduled' || state === 'running';
 * @publicApi
 */
export type CronState = 'scheduled' | 'running' | 'paused' | 'stopped' | 'unattended';

/**
 * A cron entry, as it stands over all instances.
 *
 * @example
 * const next = ({ name, nextSlots: [slot] }: CronSummary): string => `${name}: ${new Date(slot).toISOString()}`;
 * @publicApi
 */
export interface CronSummary {
  readonly name: string;
  readonly queue: string;
  readonly state: CronState;
  /** The expression, or the only instant in ISO form. */
  readonly expression: string;
  /** A name of the IANA list, or minutes beyond UTC. */
  readonly zone: string;
  readonly overlap: CronOverlap;
  /** Where its lock is kept: `engine`, `redis`, `postgres`, `memory`, the name of a class, or `false`. */
  readonly lock: string | false;
  /** The next five, UTC milliseconds; none while it is paused, stopped or unattended, or where this process can not tell them. */
  readonly nextSlots: readonly number[];
  /** The newest line of its history. */
  readonly last?: CronRecord;
  /** Runs that wait or run. */
  readonly live: number;
  /** When a process declared it last, milliseconds since the epoch. */
  readonly seenAt: number;
  /** `Class.method`. */
  readonly declaredBy: string;
  readonly owner?: string;
  readonly runbook?: string;
}

export function summaryOf(queue: string, kept: KeptCron, now: number): CronSummary {
  const description = JSON.parse(kept.definition) as CronDescription;
  const { schedule, overlap, lock, declaredBy, owner, runbook } = description;
  const { expression, zone } = schedule;
  const state = stateOf(kept, description.isStopped ?? false, now);
  return {
    ...{ name: kept.name, queue, state, overlap, lock, declaredBy, live: kept.live, seenAt: kept.seenAt },
    expression: typeof expression === 'number' ? new Date(expression).toISOString() : expression,
    zone: 'timeZone' in zone ? zone.timeZone : `UTC${zone.utcOffset < 0 ? '' : '+'}${zone.utcOffset} min`,
    nextSlots: NOT_DUE.has(state) ? [] : nextSlots(description, now),
    ...(kept.last !== undefined && { last: JSON.parse(kept.last) as CronRecord }),
    ...(owner !== undefined && { owner }),
    ...(runbook !== undefined && { runbook }),
  };
}

function stateOf({ isPaused, seenAt, live }: KeptCron, isStopped: boolean, now: number): CronState {
  if (seenAt < now - CRON_STANDS_MS) return 'unattended';
  if (isPaused) return 'paused';
  if (live > 0) return 'running';
  return isStopped ? 'stopped' : 'scheduled';
}

function nextSlots({ schedule, declaredBy }: CronDescription, now: number): number[] {
  const slots: number[] = [];
  const calendar = readable(schedule, declaredBy);
  if (!calendar) return slots;
  for (let slot = calendar.after(now); slot !== undefined && slots.length < SLOTS_SHOWN; slot = calendar.after(slot))
    slots.push(slot);
  return slots;
}

/** Another process may know a zone that this one does not, or see a day that is too far away for now. */
function readable(schedule: CronDescription['schedule'], place: string): SlotCalendar | undefined {
  try {
    return calendarOf(schedule, place);
  } catch (error) {
    if (error instanceof VigilError) return undefined;
    throw error;
  }
}
