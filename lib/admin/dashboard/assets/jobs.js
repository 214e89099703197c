/** Jobs of every state: by id, or of one type in one state. */
import { may } from './access.js';
import { all, get, post, route } from './api.js';
import { askReason, field } from './dialog.js';
import { badge, h, table } from './dom.js';
import { follow } from './follow.js';
import { count, shortId, time, words } from './format.js';
import { filterForm, pagedList } from './lists.js';
import { refresh } from './morph.js';
import { payloadOf, payloadSection } from './dead-letter.js';
import { jobFacts, story } from './story.js';

const KINDS = { dead: 'error', completed: 'good', resolved: 'good', cancelled: 'warning', active: 'busy' };
const OPEN = ['scheduled', 'waiting', 'active'];

export async function jobsPage({ place, query, live }) {
  /** @type {any} */
  const given = Object.fromEntries(query);
  const forms = h('div', { class: 'row forms' }, byId());
  place.append(forms);
  const filters = (queues) => [
    { name: 'queue', label: 'Queue', options: queues.map(({ queue }) => queue) },
    {
      name: 'name',
      label: 'Job',
      options: [...new Set(queues.flatMap(({ types }) => types.map(({ type }) => type)))].sort(),
    },
    { name: 'state', label: 'State', options: ['waiting', 'scheduled', 'active', 'dead'] },
  ];
  if (given.queue && given.name && given.key) return foundByKey(place, given);
  if (given.queue && given.name) {
    const rows = h('div');
    place.append(filterForm('jobs', filters(await all('queues')), given), rows);
    return follow(live, listOf(rows, given).draw);
  }
  forms.append(byKey(await all('queues')));
  const types = h('div');
  place.append(h('section', {}, h('h2', {}, 'By type and state'), types));
  const draw = async () => {
    const queues = await all('queues');
    refresh(types, () => typesTable(queues, draw));
  };
  return follow(live, draw);
}

function byId() {
  const input = h('input', { name: 'id', required: true, autocomplete: 'off', spellcheck: false });
  const go = (event) => {
    event.preventDefault();
    location.hash = `#/jobs/${encodeURIComponent(input.value.trim())}`;
  };
  return h(
    'form',
    { class: 'filters one', role: 'search', 'aria-label': 'By id', onsubmit: go },
    field('Id of a job', input),
    h('div', { class: 'actions' }, h('button', { type: 'submit', class: 'primary' }, 'Find')),
  );
}

/** A key is one of its job type, so that has to be told, too. */
function byKey(queues) {
  const types = queues.flatMap(({ queue, types: own }) =>
    [...new Set(own.map(({ type }) => type))].map((name) => [queue, name]),
  );
  const type = h(
    'select',
    { name: 'type' },
    types.map(([queue, name], n) => h('option', { value: String(n) }, `${name} (${queue})`)),
  );
  const key = h('input', { name: 'key', required: true, autocomplete: 'off', spellcheck: false });
  const go = (event) => {
    event.preventDefault();
    const [queue, name] = types[Number(type.value)];
    location.hash = `#/jobs?${new URLSearchParams({ queue, name, key: key.value.trim() })}`;
  };
  if (types.length === 0) return '';
  return h(
    'form',
    { class: 'filters two', role: 'search', 'aria-label': 'By idempotency key', onsubmit: go },
    field('Job', type),
    field('Idempotency key', key),
    h('div', { class: 'actions' }, h('button', { type: 'submit', class: 'primary' }, 'Find by key')),
  );
}

/** Where one has the key as a number and one as a text, there are two. */
async function foundByKey(place, { queue, name, key }) {
  const { items } = await get('jobs', { queue, name, idempotencyKey: key });
  if (items.length === 1) return location.replace(`#/jobs/${encodeURIComponent(items[0].id)}`);
  place.append(
    h('section', {}, h('h2', {}, `With the key ${key}`), jobTable(items, `No job ${name} has the key ${key} now.`)),
    h('p', {}, h('a', { href: '#/jobs' }, 'All jobs')),
  );
}

function pauseButton({ queue, name, isPaused }, draw) {
  const [verb, action] = isPaused ? ['resume', 'Resume'] : ['pause', 'Pause'];
  const question = {
    ...{ title: `${action} ${name}`, action, done: isPaused ? 'It goes on' : 'Paused on all instances', then: draw },
    act: (reason) => post(route('queues', queue, verb, 'queue'), { name, reason }),
  };
  return h('button', { type: 'button', class: 'small', onclick: () => askReason(question) }, `${action}…`);
}

function typesTable(queues, draw) {
  const states = ['waiting', 'scheduled', 'active', 'dead'];
  const rows = queues.flatMap(({ queue, paused, types }) => {
    const names = [...new Set(types.map(({ type }) => type))];
    return names.map((name) => {
      const own = types.filter(({ type }) => type === name);
      return {
        queue,
        name,
        isQueuePaused: paused,
        isPaused: own.some(({ paused }) => paused),
        sum: (of) => own.reduce((sum, each) => sum + each[of], 0),
      };
    });
  });
  const link = (row, state) =>
    row.sum(state) === 0
      ? h('span', { class: 'quiet' }, '0')
      : h(
          'a',
          { href: `#/jobs?${new URLSearchParams({ queue: row.queue, name: row.name, state })}` },
          count(row.sum(state)),
        );
  return table(
    'Job types',
    [
      'Job',
      'Queue',
      ...[...states, 'completed'].map((label) => ({
        label: `${label.charAt(0).toUpperCase()}${label.slice(1)}`,
        number: true,
      })),
      '',
    ],
    rows.map((row) => [
      row.name,
      row.queue,
      ...states.map((state) => link(row, state)),
      count(row.sum('completed')),
      [
        row.isPaused && badge('paused', 'warning'),
        row.isQueuePaused && badge('queue paused', 'warning'),
        ' ',
        may('operate') && pauseButton(row, draw),
      ],
    ]),
    'No job was ever enqueued.',
    rows.map(({ queue, name }) => `${queue} ${name}`),
  );
}

function listOf(place, { queue, name, state = 'waiting' }) {
  return pagedList(place, {
    keyOf: ({ id }) => id,
    read: (cursor, limit) => get('jobs', { queue, name, state, limit, cursor }),
    render: (jobs) => jobTable(jobs, `No job ${name} is ${state}.`),
  });
}

function jobTable(jobs, empty) {
  return table(
    'Jobs',
    ['Job', 'State', 'Priority', { label: 'Attempt', number: true }, 'Enqueued', 'Due'],
    jobs.map((job) => [
      h('a', { href: `#/jobs/${encodeURIComponent(job.id)}` }, shortId(job.id, job.queue, job.name)),
      ...[
        badge(words(job.state), KINDS[job.state]),
        job.priority,
        count(job.attempt),
        time(job.enqueuedAt),
        time(job.dueAt),
      ],
    ]),
    empty,
    jobs.map(({ id }) => id),
  );
}

const EVERY_MS = 1_500;

export async function jobPage({ place, rest: id, live }) {
  const [state, body] = [h('p', { class: 'line', role: 'status' }), h('div')];
  place.append(state, body);
  let print = '';
  const look = async () => {
    const job = await get(route('jobs', id));
    if (JSON.stringify(job) !== print) {
      print = JSON.stringify(job);
      state.replaceChildren(
        badge(words(job.state), KINDS[job.state]),
        job.cancelRequested ? badge('asked to stop', 'warning') : '',
      );
      place.querySelector('h1').textContent = job.name;
      const parts = await jobParts(job, look);
      refresh(body, () => parts);
    }
  };
  return follow(live, look, EVERY_MS);
}

async function jobParts(job, look) {
  const { payload, result, progress, refused } = await payloadOf('jobs', job.id);
  const cancel = () =>
    askReason({
      ...{ title: `Cancel ${job.name}`, action: 'Cancel the job', done: 'Asked for', isDanger: true, then: look },
      act: (reason) => post(route('jobs', job.id, 'cancel'), { reason }),
    });
  return [
    h(
      'div',
      { class: 'actions' },
      OPEN.includes(job.state) && may('operate') && h('button', { type: 'button', onclick: cancel }, 'Cancel…'),
      job.state === 'dead' &&
        h('a', { class: 'button', href: `#/dead-letters/${encodeURIComponent(job.id)}` }, 'To the dead letter'),
    ),
    jobFacts(job),
    payloadSection('Payload', payload, refused),
    progress !== undefined && payloadSection('Progress', progress),
    result !== undefined && payloadSection('Result', result),
    story(job.lives),
  ].filter(Boolean);
}
