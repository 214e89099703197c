/** Lists that come in pages, and the forms that narrow them down. */
import { h } from './dom.js';
import { busy, field } from './dialog.js';

/**
 * Shows a page of a list, and the next below it when asked.
 * @param {HTMLElement} place
 * @param {(cursor?: string) => Promise<{ items: any[], nextCursor?: string }>} read
 * @param {(items: any[]) => any} render all that was read so far
 */
export async function pager(place, read, render) {
  const items = [];
  const more = async (cursor) => {
    const page = await read(cursor);
    items.push(...page.items);
    const wrong = h('div');
    const button = h(
      'button',
      { type: 'button', onclick: () => void busy(button, wrong, () => more(page.nextCursor)) },
      'Show more',
    );
    place.replaceChildren(render(items), ...(page.nextCursor === undefined ? [] : [h('p', {}, button), wrong]));
  };
  await more(undefined);
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
            options.map((value) => h('option', { value, selected: given[name] === value }, value || 'any')),
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
    { class: 'filters', role: 'search', 'aria-label': 'Filter', onsubmit: submit },
    inputs,
    h(
      'div',
      { class: 'actions' },
      h('button', { type: 'submit', class: 'primary' }, 'Show'),
      h('a', { class: 'button', href: `#/${page}` }, 'Reset'),
    ),
  );
}
