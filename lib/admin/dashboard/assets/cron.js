/** What runs by the clock: when next, what became of it, and why a slot did not run. */
import { may } from './access.js';
import { all, get, post, route } from './api.js';
import { askReason } from './dialog.js';
import { badge, facts, h, linkTo, table } from './dom.js';
import { follow } from './follow.js';
import { span, time, words } from './format.js';
import { refresh } from './morph.js';

const STRIP = 30;
const KINDS = { scheduled: '', running: 'busy', paused: 'warning', stopped: 'warning', unattended: 'error' };
const OUTCOMES = { completed: 'good', failed: 'error', 'lost-lock': 'error', missed: 'error', skipped: 'warning' };

const linkOf = (name) => `#/cron/${encodeURIComponent(name)}`;
const historyOf = async (name, limit) => (await get(route('cron', name, 'history', 'name'), { limit })).items;

export async function cronPage({ place, live }) {
  const rows = h('div');
  place.append(rows);
  const draw = async () => {
    const entries = await all('cron', { history: STRIP });
    refresh(rows, () => tableOf(entries, draw));
  };
  return follow(live, draw);
}

function tableOf(entries, draw) {
  return table(
    'Cron entries',
    ['Entry', 'State', 'When', 'Next', 'Last runs', 'Owner', ''],
    entries.map((entry) => [
      h('a', { href: linkOf(entry.name) }, h('b', {}, entry.name)),
      badge(words(entry.state), KINDS[entry.state]),
      [h('code', { class: 'expression' }, entry.expression), h('br'), h('span', { class: 'quiet' }, entry.zone)],
      entry.nextSlots.length > 0 ? time(entry.nextSlots[0]) : '–',
      strip(entry.history ?? []),
      entry.owner ?? '–',
      actions(entry, draw),
    ]),
    'No method is run by the clock.',
    entries.map(({ name }) => name),
  );
}

/** The newest on the right, as time goes. */
function strip(records) {
  if (records.length === 0) return h('span', { class: 'quiet' }, 'none yet');
  const cells = [...records].reverse().map((record) => {
    const text = `${new Date(record.slot).toISOString()} ${outcomeOf(record)}`;
    return h('li', { class: OUTCOMES[record.outcome] ?? 'busy', title: text }, h('span', { class: 'unseen' }, text));
  });
  return h('ol', { class: 'strip' }, cells);
}

function outcomeOf({ outcome, why }) {
  return why ? `${words(outcome ?? 'running')}: ${words(why)}` : words(outcome ?? 'running');
}

function actions(entry, draw) {
  if (!may('operate')) return '';
  const { name, state } = entry;
  const ask = (verb, action, done, isDanger = false) => ({
    ...{ title: `${action} ${name}`, action, done, isDanger, then: draw },
    act: (reason) => post(route('cron', name, verb, 'name'), { reason }),
  });
  const button = (text, question) => h('button', { type: 'button', onclick: () => askReason(question) }, text);
  return h(
    'div',
    { class: 'actions' },
    button('Run now…', ask('run', 'Run', 'It was given out')),
    state === 'paused'
      ? button('Resume…', ask('resume', 'Resume', 'It goes on'))
      : button('Pause…', ask('pause', 'Pause', 'Paused on all instances')),
    state === 'unattended' && button('Forget…', ask('forget', 'Forget', 'Forgotten', true)),
  );
}

export async function cronEntryPage({ place, rest: name, live }) {
  const body = h('div');
  place.querySelector('h1').textContent = name;
  place.append(body);
  const draw = async () => {
    const [entry, records] = await Promise.all([get(route('cron', name, undefined, 'name')), historyOf(name, 100)]);
    refresh(body, () => [about(entry, draw), historyTable(records)]);
  };
  return follow(live, draw);
}

function about(entry, draw) {
  const { state, expression, zone, nextSlots, overlap, lock, live, declaredBy, owner, runbook, queue } = entry;
  return h(
    'section',
    {},
    h('p', { class: 'line' }, badge(words(state), KINDS[state])),
    actions(entry, draw),
    facts([
      ['When', h('code', {}, expression)],
      ['Zone', zone],
      ['Next', nextSlots.slice(0, 5).map((slot) => h('div', {}, time(slot)))],
      ['If one still runs', words(overlap)],
      ['Lock', lock === false ? 'none' : String(lock)],
      ['Waiting or running', String(live)],
      ['Declared by', declaredBy],
      ['Queue', queue],
      ['Owner', owner],
      ['Runbook', runbook && linkTo(runbook)],
    ]),
  );
}

function historyTable(records) {
  return h(
    'section',
    {},
    h('h2', {}, 'Slots'),
    table(
      'Slots',
      ['Slot', 'Outcome', 'By', { label: 'Took', number: true }, 'Instance', 'Error'],
      records.map(({ slot, trigger, jobId, outcome, why, by, durationMs, instance, error, slots }) => [
        jobId ? h('a', { href: `#/jobs/${encodeURIComponent(jobId)}` }, time(slot)) : time(slot),
        [
          badge(words(outcome ?? 'running'), OUTCOMES[outcome] ?? 'busy'),
          why && ` ${words(why)}${by ? `, ${by}` : ''}`,
          slots > 1 && ` (${slots} slots)`,
        ],
        words(trigger),
        span(durationMs),
        instance ?? '–',
        error ? h('span', { class: 'words' }, h('b', {}, error.name), ` ${error.message}`) : '',
      ]),
      'No slot has come yet.',
      records.map(({ slot, trigger, jobId }) => `${slot} ${trigger} ${jobId}`),
    ),
  );
}
