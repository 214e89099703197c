/** What died: by its cause first, then one by one. */
import { may } from './access.js';
import { get } from './api.js';
import { askChosen } from './chosen.js';
import { badge, facts, h, linkTo, table } from './dom.js';
import { follow } from './follow.js';
import { ago, count, shortId, time, words } from './format.js';
import { filterForm, pagedList } from './lists.js';
import { refresh } from './morph.js';
import { askPlan } from './plan.js';
import { spark } from './spark.js';

const REASONS = ['exhausted', 'timeout', 'non_retryable', 'invalid_payload', 'stalled', 'no_handler', 'expired'];

const FILTERS = [
  { name: 'queue', label: 'Queue' },
  { name: 'name', label: 'Job' },
  { name: 'errorName', label: 'Error' },
  { name: 'httpStatus', label: 'HTTP status', inputMode: 'numeric' },
  { name: 'reason', label: 'Reason', options: ['', ...REASONS] },
  { name: 'text', label: 'Text of the error' },
];

export async function deadLettersPage({ place, query, live }) {
  /** @type {Record<string, any>} */
  const given = Object.fromEntries(query);
  const isOpen = Object.keys(given).some((name) => !['queue', 'name'].includes(name));
  place.append(filterForm('dead-letters', FILTERS, given));
  const [cause, groups] = [h('div'), h('div')];
  place.append(cause, groups);
  const parts = [
    given.group && (async () => refresh(cause, causeOf(await firstOf(given.group)))),
    !isOpen && causes(groups, given.queue, given.name).draw,
    entries(place, given).draw,
  ].filter(Boolean);
  return follow(live, () => Promise.all(parts.map((draw) => draw())));
}

function causes(place, queue, name) {
  const rows = h('div');
  place.append(h('section', {}, h('h2', {}, 'By cause'), rows));
  return pagedList(rows, {
    size: 20,
    keyOf: ({ queue: of, group }) => `${of} ${group}`,
    read: (cursor, limit) => get('dead-letter-groups', { queue, name, perHour: true, limit, cursor }),
    render: (groups) =>
      table(
        'Causes',
        ['Cause', 'Job', { label: 'Dead', number: true }, 'Last 24 hours', 'First seen', 'Last seen', 'Owner'],
        groups.map(
          ({ group, errorName, message, name: job, count: amount, perHour, firstSeenAt, lastSeenAt, owner }) => [
            h(
              'a',
              { class: 'cause', href: `#/dead-letters?${new URLSearchParams({ group })}` },
              h('b', {}, errorName),
              ` ${message}`,
            ),
            ...[job, count(amount), perHour ? spark(perHour) : '–', ago(firstSeenAt), ago(lastSeenAt), owner ?? '–'],
          ],
        ),
        'Nothing is dead.',
        groups.map(({ queue: of, group }) => `${of} ${group}`),
      ),
  });
}

/** A group has no address of its own: its first entry knows the rest. */
const firstOf = async (group) => (await get('dead-letters', { group, limit: 1 })).items[0];

const causeOf = (first) => () => {
  if (!first) return h('p', { class: 'empty' }, 'No dead letter has this cause any more.');
  return h(
    'section',
    { class: 'card' },
    h('h2', {}, `${first.errorName}: ${first.errorMessage}`),
    facts([
      ['Job', `${first.name} (queue ${first.queue})`],
      ['Owner', first.owner],
      ['Severity', first.severity],
      ['Runbook', first.runbook && linkTo(first.runbook)],
    ]),
    h('p', {}, h('a', { href: '#/dead-letters' }, 'All causes')),
  );
};

function entries(place, selection) {
  const rows = h('div');
  /** @type {Map<string, any>} */
  const chosen = new Map();
  const replayChosen = h(
    'button',
    { type: 'button', disabled: true, onclick: () => askChosen([...chosen.values()], 'replay', done) },
    'Replay selected…',
  );
  const resolveChosen = h(
    'button',
    { type: 'button', disabled: true, onclick: () => askChosen([...chosen.values()], 'resolve', done) },
    'Resolve selected…',
  );
  const whole = (action) => () => askPlan(action, selection);
  const choose = (letter, isOn) => {
    if (isOn) chosen.set(letter.id, letter);
    else chosen.delete(letter.id);
    sayHowMany();
  };
  const sayHowMany = () => {
    for (const [button, verb] of [
      [replayChosen, 'Replay'],
      [resolveChosen, 'Resolve'],
    ]) {
      button.disabled = chosen.size === 0;
      button.textContent = chosen.size > 0 ? `${verb} ${count(chosen.size)} selected…` : `${verb} selected…`;
    }
    selectAll.textContent = chosen.size > 0 ? 'Select none' : 'Select all shown';
  };
  const chooseAll = () => {
    const shown = chosen.size > 0 ? [] : list.items();
    chosen.clear();
    for (const letter of shown) chosen.set(letter.id, letter);
    sayHowMany();
    list.show();
  };
  const selectAll = h('button', { type: 'button', onclick: chooseAll }, 'Select all shown');
  /** What others have settled meanwhile is chosen no more. */
  const draw = async () => {
    await list.draw();
    const shown = new Set(list.items().map(({ id }) => id));
    for (const id of chosen.keys()) if (!shown.has(id)) chosen.delete(id);
    sayHowMany();
  };
  const done = () => {
    chosen.clear();
    sayHowMany();
    return list.draw();
  };
  place.append(
    h(
      'section',
      {},
      h(
        'div',
        { class: 'head' },
        h('h2', {}, 'Entries'),
        h(
          'div',
          { class: 'actions' },
          h('a', { class: 'button bare', href: '#/plans' }, 'Plans'),
          may('operate') && [
            ...[selectAll, replayChosen, resolveChosen],
            h('button', { type: 'button', class: 'primary', onclick: whole('replay') }, 'Replay all that match…'),
            h('button', { type: 'button', onclick: whole('resolve') }, 'Resolve all that match…'),
          ],
        ),
      ),
      rows,
    ),
  );
  const list = pagedList(rows, {
    keyOf: ({ id }) => id,
    read: (cursor, limit) => get('dead-letters', { ...selection, limit, cursor }),
    render: (letters) => entryTable(letters, chosen, choose),
  });
  return { draw };
}

function entryTable(letters, chosen, choose) {
  const box = (letter) =>
    h('input', {
      ...{ type: 'checkbox', checked: chosen.has(letter.id), 'aria-label': `Select ${letter.id}` },
      onchange: (event) => choose(letter, event.target.checked),
    });
  const own = may('operate');
  return table(
    'Dead letters',
    [...(own ? [''] : []), 'Job', 'Error', 'Reason', { label: 'Attempts', number: true }, 'Died'],
    letters.map((letter) => {
      const { id, queue, name, errorName, errorMessage, httpStatus, reason, attempts, buriedAt } = letter;
      const address = `#/dead-letters/${encodeURIComponent(id)}`;
      return [
        ...(own ? [box(letter)] : []),
        h('a', { href: address }, h('b', {}, name), h('br'), shortId(id, queue, name)),
        h(
          'span',
          { class: 'cause' },
          h('b', {}, errorName),
          ` ${errorMessage}`,
          httpStatus && [' ', badge(`HTTP ${httpStatus}`)],
        ),
        ...[h('span', { class: 'whole' }, words(reason)), count(attempts), time(buriedAt)],
      ];
    }),
    'No dead letter matches.',
    letters.map(({ id }) => id),
  );
}
