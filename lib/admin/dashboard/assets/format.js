/** Times in the zone of whoever looks, numbers in their way of writing. */
import { h } from './dom.js';

const DAY = 86_400_000;
const clock = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', second: '2-digit' });
const minute = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' });
const dated = new Intl.DateTimeFormat(undefined, {
  ...{ month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit', second: '2-digit' },
});
const whole = new Intl.NumberFormat(undefined, { maximumFractionDigits: 0 });
const broken = new Intl.NumberFormat(undefined, { maximumFractionDigits: 2 });

/** @param {number | undefined} ms since the epoch */
export function time(ms) {
  if (ms === undefined) return '–';
  const date = new Date(ms);
  const text = Math.abs(Date.now() - ms) < DAY / 2 ? clock.format(date) : dated.format(date);
  return h('time', { dateTime: date.toISOString(), title: date.toISOString() }, text);
}

export const hourOf = (ms) => minute.format(new Date(ms));

/** How long ago, with the instant beside it for those who need it. */
export function ago(ms) {
  if (ms === undefined) return '–';
  const iso = new Date(ms).toISOString();
  return h(
    'time',
    { dateTime: iso, title: iso },
    `${span(Math.max(1, Math.round((Date.now() - ms) / 1_000)) * 1_000)} ago`,
  );
}

export const count = (value) => whole.format(value ?? 0);
export const number = (value) => (value === undefined ? '–' : broken.format(value));
export const percent = (value) => (value === undefined ? '–' : `${broken.format(Math.round(value * 1_000) / 10)} %`);

/** What tells a job from others of its type; queue and name stand in front of it, and beside it. */
export function shortId(id, queue, name) {
  const start = `${queue}~${name}~`;
  return h('code', { title: id }, id.startsWith(start) ? id.slice(start.length) : id);
}

/** @param {number | undefined} ms */
export function span(ms) {
  if (ms === undefined) return '–';
  if (ms < 1_000) return `${whole.format(ms)} ms`;
  if (ms < 60_000) return `${broken.format(Math.round(ms / 100) / 10)} s`;
  if (ms < 3_600_000) return `${whole.format(Math.floor(ms / 60_000))} min`;
  if (ms < 2 * DAY) return `${whole.format(Math.floor(ms / 3_600_000))} h`;
  return `${whole.format(Math.floor(ms / DAY))} days`;
}

export const json = (value) => (value === undefined ? '' : JSON.stringify(value, null, 2));

/** Codes such as `non_retryable`, as people write them. */
export const words = (code) => String(code).replaceAll(/[_-]/g, ' ');
