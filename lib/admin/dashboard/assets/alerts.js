/** What fires, what did, and of what nothing is told for a while. */
import { may } from './access.js';
import { all, post, route } from './api.js';
import { askReason, field } from './dialog.js';
import { announce, badge, h, linkTo, table } from './dom.js';
import { follow } from './follow.js';
import { ago, count, shortId, time, words } from './format.js';
import { refresh } from './morph.js';

const where = ({ queue, name }) => [queue, name].filter(Boolean).join(' / ') || 'everywhere';

/**
 * @param {any} alert
 * @param {() => Promise<void>} [again] where it can be silenced; elsewhere it is told in short
 */
export function alertCard(alert, again) {
  const {
    id,
    rule,
    severity,
    what,
    queue,
    name,
    since,
    count: amount,
    owner,
    runbook,
    lastError,
    samples,
    isSilenced,
    undelivered,
  } = alert;
  const kind = severity === 'warning' || severity === 'info' ? 'warning' : 'error';
  return h(
    'article',
    { class: `card alert ${kind}`, 'data-key': id },
    h('p', { class: 'line' }, badge(severity, kind), h('b', {}, words(rule)), isSilenced && badge('silenced')),
    h('p', { class: 'words' }, again ? what : h('a', { href: placeOf(alert) }, what)),
    h(
      'p',
      { class: 'quiet' },
      [where(alert), ['since ', ago(since)], amount > 1 && `${count(amount)} times`, owner && `owner ${owner}`]
        .filter(Boolean)
        .flatMap((each, n) => (n > 0 ? [' · ', each] : [each])),
    ),
    again && lastError && h('p', { class: 'words last' }, lastError),
    again && runbook && h('p', {}, 'Runbook: ', linkTo(runbook)),
    again && samples.length > 0 && h('p', {}, exampleOf(alert)),
    Object.entries(undelivered).map(([channel, error]) => h('p', { class: 'bad' }, `Not told to ${channel}: ${error}`)),
    again &&
      !isSilenced &&
      may('operate') &&
      h(
        'div',
        { class: 'actions' },
        h('button', { type: 'button', onclick: () => askSilence({ rule, queue, name }, again) }, 'Silence…'),
      ),
  );
}

/** What a cron entry tells of are its slots. */
function exampleOf({ rule, samples: [sample], queue, name }) {
  return rule === 'cron'
    ? [`For example the slot ${sample} of `, h('a', { href: `#/cron/${encodeURIComponent(name)}` }, name)]
    : ['For example: ', h('a', { href: `#/jobs/${encodeURIComponent(sample)}` }, shortId(sample, queue, name))];
}

/** Where more is to be seen of what it is about. */
function placeOf({ rule, queue, name }) {
  if (rule === 'cron' && name) return `#/cron/${encodeURIComponent(name)}`;
  if (rule === 'no-worker') return '#/workers';
  if (!name) return '#/alerts';
  const page = ['job-buried', 'oldest-dead-letter'].includes(rule) ? 'dead-letters' : 'jobs';
  return `#/${page}?${new URLSearchParams({ queue, name })}`;
}

function askSilence(target, again) {
  const span = h(
    'select',
    {},
    ['30m', '1h', '4h', '12h', '1d', '7d'].map((value) => h('option', { value, selected: value === '1h' }, value)),
  );
  const given = Object.fromEntries(Object.entries(target).filter(([, value]) => value !== undefined));
  askReason({
    ...{ title: 'Silence', action: 'Silence', done: 'Silenced', then: again },
    text: Object.entries(given)
      .map(([name, value]) => `${name} ${value}`)
      .join(', '),
    more: [field('For', span)],
    act: (reason) => post('silences', { ...given, for: span.value, reason }),
  });
}

export async function alertsPage({ place, live }) {
  const body = h('div');
  place.append(body);
  const draw = async () => {
    const [alerts, silences] = await Promise.all([all('alerts'), all('silences')]);
    refresh(body, () => sections(alerts, silences, draw));
  };
  return follow(live, draw);
}

function sections(alerts, silences, again) {
  const firing = alerts.filter(({ state }) => state === 'firing');
  const resolved = alerts.filter(({ state }) => state !== 'firing');
  return [
    h(
      'section',
      {},
      h(
        'div',
        { class: 'head' },
        h('h2', {}, 'Firing'),
        may('operate') &&
          h(
            'div',
            { class: 'actions' },
            h('button', { type: 'button', onclick: trial }, 'Send a trial to every channel'),
          ),
      ),
      firing.length > 0
        ? h(
            'div',
            { class: 'cards' },
            firing.map((alert) => alertCard(alert, again)),
          )
        : h('p', { class: 'empty' }, 'Nothing fires.'),
    ),
    h('section', {}, h('h2', {}, 'Silences'), silenceTable(silences, again)),
    h(
      'section',
      {},
      h('h2', {}, 'Resolved in the last day'),
      table(
        'Resolved alerts',
        ['Rule', 'What', 'Where', 'Since', 'Resolved'],
        resolved.map(({ rule, what, queue, name, since, resolvedAt }) => [
          words(rule),
          what,
          [queue, name].filter(Boolean).join(' / '),
          time(since),
          time(resolvedAt),
        ]),
        'None.',
        resolved.map(({ id }) => id),
      ),
    ),
  ];
}

function silenceTable(silences, again) {
  const end = (id) =>
    askReason({
      ...{ title: 'End the silence', action: 'End it', done: 'The silence is over', then: again },
      act: (reason) => post(route('silences', id, 'end'), { reason }),
    });
  return table(
    'Silences',
    ['Of', 'Until', 'By', 'Reason', ''],
    silences.map(({ id, queue, name, rule, until, actor, reason }) => [
      [rule && words(rule), queue, name].filter(Boolean).join(' / ') || 'everything',
      ...[time(until), actor, reason],
      may('operate') && h('button', { type: 'button', onclick: () => end(id) }, 'End…'),
    ]),
    'Nothing is silenced.',
    silences.map(({ id }) => id),
  );
}

async function trial(event) {
  event.target.disabled = true;
  try {
    const { items } = await post('alerts/trial', {});
    announce(
      items.length === 0
        ? 'There is no channel.'
        : items.map(({ channel, error }) => `${channel}: ${error ?? 'told'}`).join('; '),
    );
  } catch (error) {
    announce(error.message);
  } finally {
    event.target.disabled = false;
  }
}
