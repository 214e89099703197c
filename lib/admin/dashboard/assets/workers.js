/** Who works the jobs off. */
import { all } from './api.js';
import { badge, h, table } from './dom.js';
import { follow } from './follow.js';
import { ago, count, span } from './format.js';
import { refresh } from './morph.js';

export async function workersPage({ place, live }) {
  const rows = h('div');
  place.append(rows);
  const draw = async () => {
    const workers = await all('workers');
    refresh(rows, () => tableOf(workers));
  };
  return follow(live, draw);
}

const MOST_NAMES = 8;

/** @param {string[]} names */
function some(names) {
  if (names.length <= MOST_NAMES) return names.join(', ');
  const rest = names.slice(MOST_NAMES);
  return [
    names.slice(0, MOST_NAMES).join(', '),
    h('details', {}, h('summary', {}, `and ${count(rest.length)} more`), rest.join(', ')),
  ];
}

function tableOf(workers) {
  const numbers = (...labels) => labels.map((label) => ({ label, number: true }));
  return table(
    'Workers',
    ['Worker', 'State', ...numbers('Running', 'Slots', 'Zombies', 'Event loop', 'Store'), 'Since', 'Queues', 'Handles'],
    workers.map(({ worker, host, pid, state, running, slots, zombies, vitals, startedAt, queues, handles }) => [
      [h('b', {}, host), ` process ${pid}`, h('br'), h('code', {}, worker)],
      badge(state, state === 'running' ? 'good' : 'warning'),
      ...[count(running), count(slots), zombies > 0 ? h('span', { class: 'bad' }, count(zombies)) : '0'],
      ...[span(vitals?.eventLoopLagMs), span(vitals?.storeLatencyMs), ago(startedAt), some(queues)],
      some(handles.map(({ type }) => type)),
    ]),
    'No worker is alive. Jobs wait until one is.',
    workers.map(({ worker }) => worker),
  );
}
