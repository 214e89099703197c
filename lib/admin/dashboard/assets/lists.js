/** Lists that come in pages, and the forms that narrow them down. */
import { h } from './dom.js';
import { busy, field } from './dialog.js';
import { refresh } from './morph.js';

const AT_A_TIME = 50;
const LARGEST_PAGE = 100;
/** Beyond so many, what was read stays as it was. */
const MOST_FOLLOWED = 300;

/**
 * Shows a page of a list, and the next below it when asked. `draw` reads all that was opened again.
 * @param {HTMLElement} place
 * @param {object} list
 * @param {(cursor: string | undefined, limit: number) => Promise<{ items: any[], nextCursor?: string }>} list.read
 * @param {(items: any[]) => any} list.render all that was read so far
 * @param {(item: any) => string} list.keyOf
 * @param {number} [list.size]
 */
export function pagedList(place, { read, render, keyOf, size = AT_A_TIME }) {
  const [rows, wrong] = [h('div'), h('div')];
  const button = h(
    'button',
    { type: 'button', onclick: () => void busy(button, wrong, () => inTurn(more)) },
    'Show more',
  );
  const foot = h('p', { class: 'more', hidden: true }, button);
  place.append(rows, foot, wrong);
  let items = [];
  let next;
  let turn = Promise.resolve();
  // One after the other: what is read last is what is shown.
  const inTurn = (act) => {
    const done = turn.then(act);
    turn = done.catch(() => {});
    return done;
  };
  const show = () => {
    refresh(rows, () => render(items));
    foot.hidden = next === undefined;
  };
  const more = async () => {
    const page = await read(next, size);
    const known = new Set(items.map(keyOf));
    items = [...items, ...page.items.filter((item) => !known.has(keyOf(item)))];
    next = page.nextCursor;
    show();
  };
  const again = async () => {
    const wanted = Math.min(Math.max(size, items.length), MOST_FOLLOWED);
    const fresh = [];
    let cursor;
    do {
      const page = await read(cursor, Math.min(LARGEST_PAGE, wanted - fresh.length));
      fresh.push(...page.items);
      cursor = page.nextCursor;
    } while (cursor !== undefined && fresh.length < wanted);
    const known = new Set(fresh.map(keyOf));
    const rest = cursor === undefined ? [] : items.slice(MOST_FOLLOWED).filter((item) => !known.has(keyOf(item)));
    if (rest.length === 0) next = cursor;
    items = [...fresh, ...rest];
    show();
  };
  return { draw: () => inTurn(again), show, items: () => items };
}

/**
 * What is asked for stands in the address, so that it can be sent to somebody.
 * @param {string} page
 * @param {{ name: string, label: string, options?: string[], inputMode?: string, required?: boolean }[]} filters
 * @param {Record<string, string>} given
 */
export function filterForm(page, filters, given) {
  const inputs = filters.map(({ name, label, options, inputMode, required }) =>
    field(
      label,
      options
        ? h(
            'select',
            { name },
            // What is asked for is shown, also where there is no such thing any more.
            [...new Set([...options, ...(given[name] ? [given[name]] : [])])].map((value) =>
              h('option', { value, selected: given[name] === value }, value || 'any'),
            ),
          )
        : h('input', { name, value: given[name] ?? '', inputMode, required, autocomplete: 'off', spellcheck: false }),
    ),
  );
  const submit = (event) => {
    event.preventDefault();
    const values = [...new FormData(event.target)].map(([name, value]) => [name, String(value).trim()]);
    const query = new URLSearchParams(values.filter(([, value]) => value !== ''));
    location.hash = `#/${page}?${query}`;
  };
  return h(
    'form',
    { class: `filters ${filters.length > 5 ? 'many' : ''}`, role: 'search', 'aria-label': 'Filter', onsubmit: submit },
    inputs,
    h(
      'div',
      { class: 'actions' },
      h('button', { type: 'submit', class: 'primary' }, 'Show'),
      h('a', { class: 'button', href: `#/${page}` }, 'Reset'),
    ),
  );
}
