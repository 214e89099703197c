import type { CronRecord } from 'nestjs-vigil';
import type { Check } from './check.js';
import { table } from './table.js';

/** What became of each planned instant, for people. */
export function slotsSection(slots: readonly CronRecord[]): string {
  const rows = [...slots].reverse().map((record) => {
    const { slot, outcome = 'running', why, durationMs, instance = '' } = record;
    const what = durationMs === undefined ? (why ?? '') : `${durationMs} ms`;
    return [new Date(slot).toISOString().slice(11, 19), instance, outcome, what];
  });
  return `Reconciliation every three seconds, at one instance at a time\n${table(['slot', 'instance', 'outcome', ''], rows)}`;
}

export function proveSlots(slots: readonly CronRecord[]): Check {
  const twice = slots.filter(({ slot }, n) => slots.findIndex((other) => other.slot === slot) !== n);
  const ran = slots.filter(({ outcome }) => outcome !== 'skipped' && outcome !== 'missed').length;
  const text = `no slot was decided twice (${ran} were run, ${slots.length - ran} skipped)`;
  return twice.length === 0
    ? { holds: true, text }
    : { holds: false, text: `${text}: ${twice.map(({ slot }) => new Date(slot).toISOString()).join(', ')}` };
}
