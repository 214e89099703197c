import type { AlertRule } from './alert-rule.js';
import { MOST_SAMPLES, type AlertCondition, type AlertRecord } from './alert-record.js';

/** Before it is told, so that what comes in one burst is one message. */
export const GROUPED_MS = 5_000;
/** What has not been seen for so long is over; what comes and goes meanwhile is one alert. */
export const QUIET_MS = 60_000;
/** What only comes from the outbox belongs together for longer: nothing watches for its end. */
export const QUIET_NEWS_MS = 900_000;
const NEWS: readonly AlertRule[] = ['job-buried', 'memory-pressure', 'cron'];
/** Alerts that are over can be looked at for so long. */
const KEPT_MS = 86_400_000;

/** The record once the condition was seen. */
export function seen(
  before: AlertRecord | undefined,
  condition: AlertCondition,
  queue: string,
  now: number,
  repeatMs: number,
): AlertRecord {
  const { key: _key, adds, samples = [], ...facts } = condition;
  if (before?.state !== 'firing') {
    return {
      ...{
        ...facts,
        queue,
        state: 'firing',
        samples: samples.slice(0, MOST_SAMPLES),
        since: now,
        lastSeen: now,
        told: 0,
      },
      pending: { state: 'firing', dueAt: now + GROUPED_MS, tries: 0 },
    };
  }
  // What somebody wanted silence about was not told: it is as soon as the silence is over.
  const isDue = !before.pending && (before.toldAt === undefined || now - before.toldAt >= repeatMs);
  return {
    ...before,
    ...facts,
    count: adds ? before.count + condition.count : condition.count,
    samples: [...new Set([...before.samples, ...samples])].slice(0, MOST_SAMPLES),
    lastSeen: now,
    ...(isDue && { pending: { state: before.told === 0 ? 'firing' : 'repeated', dueAt: now, tries: 0 } }),
  };
}

/** The record when the condition was not seen this time; undefined when it is to go. */
export function unseen(before: AlertRecord, now: number): AlertRecord | undefined {
  const { pending: _pending, ...rest } = before;
  if (before.state === 'resolved') {
    return !before.pending && now - (before.resolvedAt ?? 0) >= KEPT_MS ? undefined : before;
  }
  const quietMs = NEWS.includes(before.rule) ? QUIET_NEWS_MS : QUIET_MS;
  // First it must have been told that something is wrong: an outbox entry of one moment is news as well.
  if (now - before.lastSeen < quietMs || before.pending?.state === 'firing') return before;
  return {
    ...rest,
    state: 'resolved',
    resolvedAt: now,
    ...(before.told > 0 && { pending: { state: 'resolved', dueAt: now, tries: 0 } }),
  };
}
