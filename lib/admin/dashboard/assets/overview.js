/** Are we well? */
import { all, get } from './api.js';
import { alertCard } from './alerts.js';
import { badge, facts, h, table } from './dom.js';
import { follow } from './follow.js';
import { ago, count, number, percent, span, words } from './format.js';
import { refresh } from './morph.js';
import { plot, thinned } from './plot.js';

const REFRESH_MS = 15_000;
const SPANS = { hour: 60, day: 1_440 };
const MOST_POINTS = 144;
const MOST_ALERTS = 6;

export async function overviewPage({ place, live }) {
  const parts = Object.fromEntries(
    ['alerts', 'state', 'tiles', 'plots', 'types'].map((name) => [name, h('section', { class: `part-${name}` })]),
  );
  /** @type {'hour' | 'day'} */
  let shown = 'hour';
  const draw = async () =>
    drawPlots(parts.plots, await get('metrics/series', { minutes: SPANS[shown] }), shown, choose);
  const choose = async (which) => {
    shown = which;
    await draw().catch(() => live.poll());
  };
  place.append(parts.alerts, parts.state, parts.tiles, parts.plots, parts.types);
  const stop = live.listen((overview) => drawNow(parts, overview));
  const rest = await follow(live, () => Promise.all([draw(), drawTypes(parts.types)]), REFRESH_MS);
  return () => {
    stop();
    rest();
  };
}

function drawNow(parts, { health, alerts, ledger, today, workforce, depth }) {
  refresh(parts.alerts, () => alerts.firing > 0 && firing(alerts));
  refresh(parts.state, () => stateOf(health, ledger));
  refresh(parts.tiles, () => [
    h('h2', {}, 'Today'),
    h('div', { class: 'row' }, [
      tile('Processed', count(today.processed)),
      tile('Failures', count(today.failed), today.failed > 0 ? 'warning' : ''),
      tile('Died', count(today.buried), today.buried > 0 ? 'error' : ''),
      tile('Dead now', count(depth.dead), depth.dead > 0 ? 'error' : '', '#/dead-letters'),
      tile('Waiting', count(depth.waiting)),
      tile('Scheduled', count(depth.scheduled)),
      tile('Active', count(depth.active)),
      tile(
        'Workers',
        `${count(workforce.workers)}`,
        workforce.workers === 0 ? 'error' : '',
        '#/workers',
        `${count(workforce.freeSlots)} of ${count(workforce.slots)} slots free`,
      ),
    ]),
  ]);
}

function firing({ firing: amount, latest }) {
  return [
    h('h2', {}, amount === 1 ? 'One alert is firing' : `${count(amount)} alerts are firing`),
    h(
      'div',
      { class: 'cards' },
      latest.slice(0, MOST_ALERTS).map((alert) => alertCard(alert)),
    ),
    amount > 1 && h('p', { class: 'more' }, h('a', { href: '#/alerts' }, `All ${count(amount)} alerts`)),
  ];
}

function stateOf(health, ledger) {
  const troubles = Object.entries(health.checks).filter(([, { status }]) => status !== 'up');
  const kinds = { up: 'good', degraded: 'warning', down: 'error' };
  return [
    h('h2', { class: 'unseen' }, 'State'),
    h(
      'p',
      { class: 'line' },
      badge(
        { up: 'Store and workers are up', degraded: 'Needs a look', down: 'Down' }[health.status] ?? health.status,
        kinds[health.status],
      ),
      badge(ledger.sound ? 'Books are sound' : 'Books do not add up', ledger.sound ? 'good' : 'error'),
      h('span', { class: 'quiet' }, ledger.checkedAt ? ['checked ', ago(ledger.checkedAt)] : 'not checked yet'),
    ),
    troubles.length > 0 && facts(troubles.map(([name, { message, status }]) => [words(name), message ?? status])),
    ledger.findings.length > 0 &&
      table(
        'What does not add up',
        ['Queue', 'Job', 'What', { label: 'Jobs', number: true }],
        ledger.findings.map(({ queue, type, what, amount }) => [queue, type, words(what), count(amount)]),
        '',
      ),
  ];
}

/** @param {string} name @param {string} value @param {string} [kind] @param {string} [href] @param {string} [more] */
function tile(name, value, kind = '', href, more) {
  const inside = [
    h('span', { class: 'name' }, name),
    h('strong', {}, value),
    more && h('span', { class: 'quiet' }, more),
  ];
  return href ? h('a', { class: `tile ${kind}`, href }, inside) : h('div', { class: `tile ${kind}` }, inside);
}

function drawPlots(place, { items }, shown, choose) {
  // The present minute is not over, and would end each line with a fall.
  const points = thinned(items.slice(0, -1), MOST_POINTS);
  const times = points.map(({ at }) => at);
  const minutes = Math.ceil(items.length / Math.max(points.length, 1));
  const of = (name, kind, read) => ({ name, kind, values: points.map(read) });
  const button = (which, text) =>
    h('button', { type: 'button', 'aria-pressed': String(shown === which), onclick: () => void choose(which) }, text);
  const render = () => [
    h(
      'div',
      { class: 'head' },
      h('h2', {}, 'Over time'),
      h(
        'div',
        { class: 'choice', role: 'group', 'aria-label': 'Span' },
        button('hour', 'Last hour'),
        button('day', 'Last day'),
      ),
    ),
    points.length < 2
      ? h('p', { class: 'empty' }, 'Figures come once the first minutes are over.')
      : h('div', { class: 'plots' }, [
          plot({
            title: 'Depth',
            ...{ times, write: count },
            lines: [
              of('waiting', 'one', ({ waiting }) => waiting),
              of('active', 'two', ({ active }) => active),
              of('dead', 'bad', ({ dead }) => dead),
            ],
          }),
          plot({
            title: 'Completed per minute',
            ...{ times, write: number },
            lines: [of('completed', 'one', ({ completed }) => completed / minutes)],
          }),
          plot({
            title: 'Failed attempts, of all',
            ...{ times, write: percent },
            lines: [
              of('failed', 'bad', ({ completed, failed }) =>
                completed + failed > 0 ? failed / (completed + failed) : 0,
              ),
            ],
          }),
          plot({
            title: 'Processing time',
            ...{ times, write: span },
            lines: [of('p50', 'one', ({ p50 }) => p50), of('p95', 'two', ({ p95 }) => p95)],
          }),
        ]),
  ];
  refresh(place, render, { points, shown });
}

async function drawTypes(place) {
  const [types, workers] = await Promise.all([all('metrics/types', { window: 'hour' }), all('workers')]);
  const owners = new Map(workers.flatMap(({ handles }) => handles.map(({ type, owner }) => [type, owner])));
  const numbers = (...labels) => labels.map((label) => ({ label, number: true }));
  refresh(place, () => [
    h('h2', {}, 'Job types, last hour'),
    table(
      'Job types',
      ['Job', 'Queue', 'Owner', ...numbers('Waiting', 'Active', 'Dead', 'Per minute', 'p50', 'p95', 'Failures')],
      types.map(({ name, queue, depth, processingRate, processing, failed, failureRate }) => [
        ...[h('a', { href: `#/jobs?${new URLSearchParams({ queue, name })}` }, name), queue, owners.get(name) ?? '–'],
        ...[count(depth.waiting), count(depth.active)],
        depth.dead > 0
          ? h('a', { class: 'bad', href: `#/dead-letters?${new URLSearchParams({ queue, name })}` }, count(depth.dead))
          : '0',
        ...[number(processingRate * 60), span(processing.p50), span(processing.p95)],
        failed > 0 ? `${count(failed)} (${percent(failureRate)})` : '0',
      ]),
      'No job was ever enqueued.',
      types.map(({ queue, name }) => `${queue} ${name}`),
    ),
  ]);
}
