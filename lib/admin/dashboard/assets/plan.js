/** Plans over many dead letters: nothing moves before it was told how many would. */
import { may } from './access.js';
import { get, post, route } from './api.js';
import { askReason, busy, field, openDialog, REASON_HINT, reasonInput, refusal } from './dialog.js';
import { badge, facts, h, table } from './dom.js';
import { follow } from './follow.js';
import { count, shortId, time, words } from './format.js';
import { pagedList } from './lists.js';
import { refresh } from './morph.js';

const EVERY_MS = 700;
const OVER = ['completed', 'stopped', 'aborted'];
const VERBS = { replay: 'Replay', resolve: 'Resolve' };

/**
 * @param {'replay' | 'resolve'} action
 * @param {Record<string, string>} given a selection as it stands in the address
 */
export function askPlan(action, given) {
  const { httpStatus, ...texts } = given;
  const selection = { ...texts, ...(httpStatus && { httpStatus: Number(httpStatus) }) };
  openDialog(`${VERBS[action]} all that match`, (close) => planForm(action, selection, close));
}

function planForm(action, selection, close) {
  const reason = reasonInput();
  const rate = h('input', { type: 'number', min: 1, max: 10_000, placeholder: 'as many as there are' });
  const canary = h('input', { type: 'number', min: 1, max: 1_000, placeholder: 'none' });
  const [wrong, preview] = [h('div'), h('div', { role: 'status' })];
  const tryButton = h('button', { type: 'submit' }, 'Dry run');
  const goButton = h(
    'button',
    { type: 'button', class: action === 'resolve' ? 'danger' : 'primary', disabled: true },
    VERBS[action],
  );
  let matching = 0;
  const body = (dryRun) => ({
    ...{ action, selection, dryRun, reason: reason.value },
    ...(rate.value && { ratePerSecond: Number(rate.value) }),
    ...(canary.value && action === 'replay' && { canary: Number(canary.value) }),
  });
  const dryRun = (event) => {
    event.preventDefault();
    void busy(tryButton, wrong, async () => {
      const found = await post('replays', body(true));
      matching = found.matching;
      preview.replaceChildren(previewOf(action, found));
      goButton.textContent = `${VERBS[action]} ${count(matching)}`;
      goButton.disabled = matching === 0;
      if (matching > 0) goButton.focus();
    });
  };
  goButton.addEventListener('click', () => {
    if (!reason.reportValidity()) return;
    void busy(goButton, wrong, async () => {
      const { id } = await post('replays', body(false));
      close();
      location.hash = `#/plans/${encodeURIComponent(id)}?of=${matching}`;
    });
  });
  const chosen = Object.entries(selection);
  return h(
    'form',
    { onsubmit: dryRun },
    facts(
      chosen.length > 0
        ? chosen.map(([name, value]) => [words(name), String(value)])
        : [['selection', 'all dead letters']],
    ),
    field('Reason', reason, REASON_HINT),
    h(
      'div',
      { class: 'row' },
      field('At most per second', rate),
      action === 'replay' && field('First a few, to see whether they live', canary),
    ),
    ...[preview, wrong],
    h('div', { class: 'actions' }, h('button', { type: 'button', onclick: close }, 'Cancel'), tryButton, goButton),
  );
}

function previewOf(action, { matching, sample }) {
  const verb = action === 'replay' ? 'be replayed' : 'be resolved';
  return [
    h(
      'p',
      { class: 'card' },
      h('strong', {}, count(matching)),
      ` dead ${matching === 1 ? 'letter' : 'letters'} would ${verb}. Nothing has moved yet.`,
    ),
    h(
      'ul',
      { class: 'sample' },
      sample
        .slice(0, 5)
        .map(({ id, queue, name, errorMessage }) =>
          h('li', {}, h('b', {}, name), ` ${errorMessage} `, shortId(id, queue, name)),
        ),
    ),
  ].reduce((box, child) => (box.append(child), box), h('div'));
}

export async function planPage({ place, rest, query, live }) {
  if (rest === undefined) return planList(place, live);
  const panel = h('section');
  place.append(panel);
  const of = Number(query.get('of') ?? 0);
  let timer;
  let isLeft = false;
  const look = async () => {
    try {
      const plan = await get(route('replays', rest));
      const isOver = OVER.includes(plan.state) && plan.closed;
      if (isLeft) return;
      refresh(panel, () => planParts(plan, of, look));
      if (!isOver) timer = setTimeout(() => void look(), EVERY_MS);
    } catch (error) {
      if (isLeft) return;
      // That it can not be told now is no end of the plan.
      const isRefused = error.status >= 400 && error.status < 500 && error.status !== 429;
      if (isRefused) refresh(panel, () => refusal(error));
      else timer = setTimeout(() => void look(), 5 * EVERY_MS);
    }
  };
  await look();
  return () => {
    isLeft = true;
    clearTimeout(timer);
  };
}

function planList(place, live) {
  const rows = h('section');
  place.append(rows);
  const list = pagedList(rows, {
    keyOf: ({ id }) => id,
    read: (cursor, limit) => get('replays', { limit, cursor }),
    render: (items) =>
      table(
        'Plans',
        [
          'Plan',
          'State',
          { label: 'Moved', number: true },
          { label: 'Died again', number: true },
          'By',
          'Reason',
          'Began',
        ],
        items.map((plan) => [
          h('a', { href: `#/plans/${encodeURIComponent(plan.id)}` }, `${words(plan.action)} `, h('code', {}, plan.id)),
          badge(words(plan.state), kindOf(plan)),
          ...[count(plan.moved), count(plan.died), plan.actor, plan.reason, time(plan.createdAt)],
        ]),
        'There was no plan yet.',
        items.map(({ id }) => id),
      ),
  });
  return follow(live, list.draw);
}

const kindOf = ({ state, died }) =>
  state === 'stopped' || state === 'aborted' ? 'error' : state === 'completed' ? (died > 0 ? 'warning' : 'good') : '';

function planParts(plan, of, look) {
  const { id, action, state, moved, missed, completed, died, cancelled, underWay } = plan;
  const isOver = OVER.includes(state);
  // How many there are to come is known to whoever began it.
  const isKnown = of > 0 || isOver;
  const total = Math.max(of, moved + missed);
  const settled = completed + died + cancelled;
  const bar = (name, value) =>
    h(
      'div',
      { class: 'field' },
      h('span', {}, isKnown ? `${name}: ${count(value)} of ${count(total)}` : `${name}: ${count(value)}`),
      isKnown && h('progress', { max: Math.max(total, 1), value, 'aria-label': name }),
    );
  const change = (verb, text) =>
    h(
      'button',
      {
        type: 'button',
        onclick: () =>
          askReason({
            ...{ title: `${text} this plan`, action: text, done: `${text}: done`, isDanger: verb === 'abort' },
            act: (reason) => post(route('replays', id, verb), { reason }),
            then: look,
          }),
      },
      `${text}…`,
    );
  return [
    h(
      'p',
      { class: 'line', role: 'status' },
      badge(words(state), kindOf(plan)),
      h('span', { class: 'quiet' }, plan.stateReason),
    ),
    bar(action === 'replay' ? 'Put back' : 'Resolved', moved + missed),
    action === 'replay' ? bar('Settled', settled) : '',
    facts([
      ['Completed', action === 'replay' ? count(completed) : undefined],
      ['Died again', action === 'replay' ? count(died) : undefined],
      ['Cancelled', cancelled > 0 ? count(cancelled) : undefined],
      ['Under way', underWay > 0 ? count(underWay) : undefined],
      ['Dealt with by others', missed > 0 ? count(missed) : undefined],
      ['By', plan.actor],
      ['Reason', plan.reason],
      ['Began', time(plan.createdAt)],
      ['Queues', plan.queues.join(', ')],
      ['Plan', h('code', {}, id)],
    ]),
    isOver
      ? h('p', {}, h('a', { href: '#/dead-letters' }, 'Back to the dead letters'))
      : may('operate') &&
        h(
          'div',
          { class: 'actions' },
          state === 'paused' ? change('resume', 'Resume') : change('pause', 'Pause'),
          change('abort', 'Abort'),
        ),
  ];
}
