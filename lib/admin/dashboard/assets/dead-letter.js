/** One dead letter: what it was to do, how it died, and what can be done about it. */
import { may } from './access.js';
import { get, post, route } from './api.js';
import { askReason } from './dialog.js';
import { badge, h, linkTo } from './dom.js';
import { askEdit } from './edit.js';
import { follow } from './follow.js';
import { json, words } from './format.js';
import { refresh } from './morph.js';
import { jobFacts, story } from './story.js';

export async function deadLetterPage({ place, rest: id, live }) {
  let letter;
  try {
    letter = await get(route('dead-letters', id));
  } catch (error) {
    if (error.status !== 404) throw error;
    // Settled meanwhile; the job itself may still be known.
    location.replace(`#/jobs/${encodeURIComponent(id)}`);
    return;
  }
  const { payload, refused } = await payloadOf('dead-letters', id);
  const { name, errorName, errorMessage, httpStatus, runbook, life, group } = letter;
  const gone = () => (location.hash = `#/jobs/${encodeURIComponent(id)}`);
  const replay = () =>
    askReason({
      ...{ title: `Replay ${name}`, action: 'Replay', done: 'It waits to be run again' },
      act: async (reason) => {
        await post(route('dead-letters', id, 'replay'), { reason, life });
        gone();
      },
    });
  const resolve = () =>
    askReason({
      ...{ title: `Resolve ${name}`, action: 'Resolve', done: 'Resolved', isDanger: true },
      text: 'It is declared settled and will not be run again.',
      act: async (reason) => {
        await post(route('dead-letters', id, 'resolve'), { reason });
        gone();
      },
    });
  const news = h('div', { role: 'status' });
  place.querySelector('h1').textContent = name;
  place.append(
    news,
    h(
      'section',
      { class: 'card died' },
      h(
        'p',
        { class: 'words' },
        h('b', {}, errorName),
        ` ${errorMessage}`,
        httpStatus && [' ', badge(`HTTP ${httpStatus}`)],
      ),
      runbook && h('p', {}, 'Runbook: ', linkTo(runbook)),
      h('p', {}, h('a', { href: `#/dead-letters?${new URLSearchParams({ group })}` }, 'Others with this cause')),
      may('operate') &&
        h(
          'div',
          { class: 'actions' },
          h('button', { type: 'button', class: 'primary', onclick: replay }, 'Replay…'),
          payload !== undefined &&
            h('button', { type: 'button', onclick: () => askEdit(id, life, payload, gone) }, 'Edit and replay…'),
          h('button', { type: 'button', onclick: resolve }, 'Resolve…'),
        ),
    ),
    jobFacts(letter),
    payloadSection('Payload', payload, refused),
    story(letter.lives),
  );
  let isOver = false;
  return follow(live, async () => {
    if (isOver) return;
    const now = await stateOf(id);
    isOver = now.state !== 'dead' || now.life !== life;
    if (isOver) refresh(news, () => noMore(id, now.state));
  });
}

/** Asked of the job, which is there for longer than its letter. */
async function stateOf(id) {
  try {
    return await get(route('jobs', id));
  } catch (error) {
    if (error.status !== 404) throw error;
    return { state: 'unknown' };
  }
}

/** What is shown stays: somebody may be in the middle of an edit. */
function noMore(id, state) {
  const what =
    state === 'dead' ? 'It was replayed meanwhile, and has died again.' : `It is not dead any more: ${words(state)}.`;
  const job = h('a', { href: `#/jobs/${encodeURIComponent(id)}` }, 'The job as it is now');
  return h('p', { class: 'problem' }, `${what} `, job);
}

/** Seeing payloads takes a right of its own. */
export async function payloadOf(resource, id) {
  if (!may('view-payload'))
    return { refused: 'Payloads are shown to those who have the right to see them; you do not.' };
  try {
    return await get(route(resource, id, 'payload'));
  } catch (error) {
    return { refused: error.message };
  }
}

export function payloadSection(title, payload, refused) {
  return h(
    'section',
    {},
    h('h2', {}, title),
    refused
      ? h('p', { class: 'empty' }, refused)
      : payload === undefined
        ? h('p', { class: 'empty' }, 'None is kept.')
        : h('pre', { tabIndex: 0 }, json(payload)),
  );
}
