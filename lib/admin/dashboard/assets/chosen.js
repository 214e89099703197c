/** Dead letters that were picked one by one, and what becomes of each. */
import { post } from './api.js';
import { busy, field, openDialog, REASON_HINT, reasonInput } from './dialog.js';
import { announce, h } from './dom.js';
import { count, shortId } from './format.js';

const MOST_AT_ONCE = 100;
const VERBS = { replay: ['Replay', 'replayed'], resolve: ['Resolve', 'resolved'] };

/**
 * @param {any[]} letters
 * @param {'replay' | 'resolve'} action
 * @param {() => Promise<unknown>} settled
 */
export function askChosen(letters, action, settled) {
  const [verb, done] = VERBS[action];
  const many = (amount) => `${count(amount)} dead ${amount === 1 ? 'letter' : 'letters'}`;
  openDialog(`${verb} ${many(letters.length)}`, (close) => {
    const reason = reasonInput();
    const wrong = h('div');
    const button = h('button', { type: 'submit', class: action === 'resolve' ? 'danger' : 'primary' }, verb);
    const act = async () => {
      const outcomes = await send(letters, action, reason.value);
      const refused = outcomes.filter(({ ok }) => !ok);
      const moved = outcomes.length - refused.length;
      if (refused.length === 0) close();
      else
        form.replaceChildren(...told(refused, letters, `${many(moved)} ${done}, ${count(refused.length)} not`, close));
      announce(`${many(moved)} ${done}`);
      await settled();
    };
    const form = h(
      'form',
      { onsubmit: (event) => (event.preventDefault(), void busy(button, wrong, act)) },
      field('Reason', reason, REASON_HINT),
      wrong,
      h('div', { class: 'actions' }, h('button', { type: 'button', onclick: close }, 'Cancel'), button),
    );
    return form;
  });
}

async function send(letters, action, reason) {
  const outcomes = [];
  for (let start = 0; start < letters.length; start += MOST_AT_ONCE) {
    const ids = letters.slice(start, start + MOST_AT_ONCE).map(({ id }) => id);
    outcomes.push(...(await post(`dead-letters/${action}`, { ids, reason })).items);
  }
  return outcomes;
}

/** Somebody else may have been faster with some; the others went on. */
function told(refused, letters, summary, close) {
  const byId = new Map(letters.map((letter) => [letter.id, letter]));
  const button = h('button', { type: 'button', class: 'primary', onclick: close }, 'Close');
  queueMicrotask(() => button.focus());
  return [
    h('p', { class: 'problem', role: 'alert' }, summary),
    h(
      'ul',
      { class: 'outcomes' },
      refused.map(({ id, problem }) =>
        h(
          'li',
          {},
          h(
            'a',
            { href: `#/jobs/${encodeURIComponent(id)}`, onclick: close },
            h('b', {}, byId.get(id).name),
            ' ',
            shortId(id, byId.get(id).queue, byId.get(id).name),
          ),
          h('span', { class: 'words' }, ` ${problem.detail ?? problem.title}`),
        ),
      ),
    ),
    h('div', { class: 'actions' }, button),
  ];
}
