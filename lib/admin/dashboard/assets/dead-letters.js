/** What died: by its cause first, then one by one. */
import { get, post, route } from './api.js';
import { askReason } from './dialog.js';
import { announce, badge, facts, h, linkTo, table } from './dom.js';
import { follow } from './follow.js';
import { ago, count, shortId, time, words } from './format.js';
import { filterForm, pagedList } from './lists.js';
import { refresh } from './morph.js';
import { askPlan } from './plan.js';

const FILTERS = [
  { name: 'queue', label: 'Queue' },
  { name: 'name', label: 'Job' },
  { name: 'errorName', label: 'Error' },
  { name: 'httpStatus', label: 'HTTP status', inputMode: 'numeric' },
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
    read: (cursor, limit) => get('dead-letter-groups', { queue, name, limit, cursor }),
    render: (groups) =>
      table(
        'Causes',
        ['Cause', 'Job', { label: 'Dead', number: true }, 'First seen', 'Last seen', 'Owner'],
        groups.map(({ group, errorName, message, name: job, count: amount, firstSeenAt, lastSeenAt, owner }) => [
          h(
            'a',
            { class: 'cause', href: `#/dead-letters?${new URLSearchParams({ group })}` },
            h('b', {}, errorName),
            ` ${message}`,
          ),
          ...[job, count(amount), ago(firstSeenAt), ago(lastSeenAt), owner ?? '–'],
        ]),
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
  /** @type {Set<string>} */
  const chosen = new Set();
  const replayChosen = h(
    'button',
    { type: 'button', disabled: true, onclick: () => askChosen([...chosen], 'replay', done) },
    'Replay selected…',
  );
  const resolveChosen = h(
    'button',
    { type: 'button', disabled: true, onclick: () => askChosen([...chosen], 'resolve', done) },
    'Resolve selected…',
  );
  const whole = (action) => () => askPlan(action, selection);
  const choose = (id, isOn) => {
    if (isOn) chosen.add(id);
    else chosen.delete(id);
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
          ...[replayChosen, resolveChosen],
          h('button', { type: 'button', class: 'primary', onclick: whole('replay') }, 'Replay all that match…'),
          h('button', { type: 'button', onclick: whole('resolve') }, 'Resolve all that match…'),
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
  return list;
}

function entryTable(letters, chosen, choose) {
  return table(
    'Dead letters',
    ['', 'Job', 'Error', 'Reason', { label: 'Attempts', number: true }, 'Died'],
    letters.map(({ id, queue, name, errorName, errorMessage, httpStatus, reason, attempts, buriedAt }) => [
      h('input', {
        ...{ type: 'checkbox', checked: chosen.has(id), 'aria-label': `Select ${id}` },
        onchange: (event) => choose(id, event.target.checked),
      }),
      h('a', { href: `#/dead-letters/${encodeURIComponent(id)}` }, h('b', {}, name), h('br'), shortId(id, queue, name)),
      h(
        'span',
        { class: 'cause' },
        h('b', {}, errorName),
        ` ${errorMessage}`,
        httpStatus && [' ', badge(`HTTP ${httpStatus}`)],
      ),
      ...[h('span', { class: 'whole' }, words(reason)), count(attempts), time(buriedAt)],
    ]),
    'No dead letter matches.',
    letters.map(({ id }) => id),
  );
}

/** One after the other, so that each says for itself what became of it. */
function askChosen(ids, action, settled) {
  const verb = action === 'replay' ? 'Replay' : 'Resolve';
  const bar = h('progress', { max: ids.length, value: 0, hidden: true, 'aria-label': 'Progress' });
  askReason({
    title: `${verb} ${count(ids.length)} dead letters`,
    ...{ action: verb, isDanger: action === 'resolve', more: [bar] },
    done: `${count(ids.length)} asked for`,
    act: async (reason) => {
      bar.hidden = false;
      const refused = [];
      for (const id of ids) {
        // Somebody else may have been faster with one; the others go on.
        await post(route('dead-letters', id, action), { reason }).catch((error) => refused.push(error.message));
        bar.value += 1;
      }
      if (refused.length > 0)
        throw new Error(`${refused.length} of ${ids.length} were refused. The first: ${refused[0]}`);
      announce('Done');
      await settled();
    },
  });
}
