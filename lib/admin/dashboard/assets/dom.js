/** Elements, whose texts are only ever texts: nothing that came from a job is read as HTML. */

const SVG = 'http://www.w3.org/2000/svg';

/** @type {WeakMap<Element, Record<string, (event: any) => unknown>>} */
const listeners = new WeakMap();

/** By the name of their event; they can be changed for as long as there is one of that name. */
export const listenersOf = (element) => listeners.get(element) ?? {};

function listen(element, name, listener) {
  listeners.set(element, { ...listenersOf(element), [name]: listener });
  element.addEventListener(name, (event) => listenersOf(element)[name]?.(event));
}

/**
 * `on…` are listeners, `class` and `aria-…` attributes, the rest properties where there is one.
 * @param {string} tag
 * @param {Record<string, any>} [given]
 * @param {...any} children texts, numbers, nodes, lists of them; null, undefined and false are left out
 * @returns {any} an element
 */
export function h(tag, given = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(given)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith('on')) listen(element, name.slice(2), value);
    else if (name === 'href') element.setAttribute('href', value);
    else if (name in element && !name.includes('-')) Reflect.set(element, name, value);
    else element.setAttribute(name, value === true ? '' : String(value));
  }
  fill(element, children);
  return element;
}

/**
 * @param {string} tag
 * @param {Record<string, string | number>} [attributes]
 * @param {...any} children
 */
export function svg(tag, attributes = {}, ...children) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  fill(element, children);
  return element;
}

function fill(element, children) {
  for (const child of children.flat(9)) {
    if (child === undefined || child === null || child === false) continue;
    element.append(child instanceof Node ? child : String(child));
  }
}

/** Addresses that people put beside their jobs: of the web, or no link at all. */
export function linkTo(address) {
  const isWeb = /^https?:\/\//i.test(address) && URL.canParse(address);
  return isWeb
    ? h('a', { href: address, rel: 'noreferrer noopener', target: '_blank' }, address)
    : h('span', {}, address);
}

/**
 * @param {string} caption for those who do not see the heading above it
 * @param {(string | { label: string, number?: boolean })[]} heads
 * @param {any[][]} rows
 * @param {string} empty what is said instead of no rows
 * @param {string[]} [keys] what each row is known by when the table is drawn again
 */
export function table(caption, heads, rows, empty, keys = []) {
  if (rows.length === 0) return h('p', { class: 'empty' }, empty);
  const columns = heads.map((head) => (typeof head === 'string' ? { label: head, number: false } : head));
  const cellClass = (n) => (columns[n]?.number ? 'number' : undefined);
  return h(
    'div',
    { class: 'scroll', tabIndex: 0, role: 'region', 'aria-label': caption },
    h(
      'table',
      { class: columns.filter(({ number }) => number).length > 2 ? 'figures' : undefined },
      h('caption', { class: 'unseen' }, caption),
      h(
        'thead',
        {},
        h(
          'tr',
          {},
          columns.map(({ label }, n) => h('th', { scope: 'col', class: cellClass(n) }, label)),
        ),
      ),
      h(
        'tbody',
        {},
        rows.map((cells, row) =>
          h(
            'tr',
            { 'data-key': keys[row] },
            cells.map((cell, n) => {
              const inside = Array.isArray(cell) ? h('div', {}, cell) : cell;
              return h('td', { class: cellClass(n), 'data-label': columns[n]?.label }, inside);
            }),
          ),
        ),
      ),
    ),
  );
}

/** @param {[string, any][]} pairs those without a value are left out */
export function facts(pairs) {
  const given = pairs.filter(([, value]) => value !== undefined && value !== null && value !== '' && value !== false);
  return h(
    'dl',
    { class: 'facts' },
    given.map(([name, value]) =>
      h('div', { class: name === 'Id' ? 'whole-row' : undefined }, h('dt', {}, name), h('dd', {}, value)),
    ),
  );
}

export const badge = (text, kind = '') => h('span', { class: `badge ${kind}` }, text);

/** Told to screen readers, and shown for a while. */
export function announce(text) {
  const news = /** @type {HTMLElement} */ (document.getElementById('news'));
  news.replaceChildren(h('p', {}, text));
  setTimeout(() => news.firstChild?.textContent === text && news.replaceChildren(), 8_000);
}
