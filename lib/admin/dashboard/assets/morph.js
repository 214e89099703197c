/** Brings what is shown up to date in place, so that focus, selected text, and what was opened or scrolled stay as they are. */
import { listenersOf } from './dom.js';

/**
 * Draws what is in `place`, or draws it anew.
 * @param {HTMLElement} place
 * @param {() => any} render
 * @param {unknown} [data] where it is given and the same as before, nothing is drawn
 */
export function refresh(place, render, data) {
  const print = data === undefined ? undefined : JSON.stringify(data);
  if (print !== undefined && place.dataset.print === print) return;
  if (print !== undefined) place.dataset.print = print;
  const box = document.createDocumentFragment();
  for (const child of [render()].flat(9))
    if (child !== undefined && child !== null && child !== false) box.append(child);
  morph(place, [...box.childNodes]);
}

/**
 * What has a `data-key` is told from its neighbours by it; everything else by where it stands.
 * @param {Element} place
 * @param {Node[]} wanted its children, as they would be made anew
 */
function morph(place, wanted) {
  const focused = document.activeElement;
  children(place, wanted);
  if (!(focused instanceof HTMLElement) || focused === document.activeElement) return;
  // It was moved, or it is gone: then to what it was in, so that the keyboard does not begin at the top of the page again.
  if (focused.isConnected) focused.focus({ preventScroll: true });
  else if (place instanceof HTMLElement)
    /** @type {any} */ (place.querySelector('[tabindex]'))?.focus({ preventScroll: true });
}

function children(place, wanted) {
  const keys = new Set(wanted.map(keyOf).filter(Boolean));
  const keyed = new Map([...place.childNodes].map((node) => [keyOf(node), node]));
  let cursor = place.firstChild;
  const isGone = (node) => node !== null && keyOf(node) !== undefined && !keys.has(keyOf(node));
  for (const node of wanted) {
    while (isGone(cursor)) cursor = removed(cursor);
    const key = keyOf(node);
    const known = key === undefined ? cursor : keyed.get(key);
    if (!known || keyOf(known) !== key || !isAlike(known, node)) {
      place.insertBefore(node, cursor);
      // What stood here under the same key has made room for it.
      if (key !== undefined && known) cursor = known === cursor ? removed(known) : (known.remove(), cursor);
      continue;
    }
    if (known === cursor) cursor = known.nextSibling;
    else place.insertBefore(known, cursor);
    update(known, node);
  }
  while (cursor) cursor = removed(cursor);
}

function removed(node) {
  const next = node.nextSibling;
  node.remove();
  return next;
}

/** @returns {string | undefined} */
const keyOf = (node) => (node instanceof HTMLElement ? node.dataset.key : undefined);

function isAlike(old, node) {
  if (old.nodeType !== node.nodeType) return false;
  if (!(old instanceof HTMLElement) || !(node instanceof HTMLElement))
    return old.nodeType === Node.TEXT_NODE || old.isEqualNode(node);
  // Listeners of a plot lead to its own parts.
  if (old.dataset.whole !== undefined) return old.isEqualNode(node);
  return old.tagName === node.tagName && names(listenersOf(old)) === names(listenersOf(node));
}

const names = (listeners) => Object.keys(listeners).sort().join();

function update(old, node) {
  if (old.nodeType === Node.TEXT_NODE) {
    if (old.data !== node.data) old.data = node.data;
    return;
  }
  if (!(old instanceof HTMLElement) || old.dataset.whole !== undefined) return;
  Object.assign(listenersOf(old), listenersOf(node));
  for (const { name, value } of [...node.attributes])
    if (old.getAttribute(name) !== value && !isOpened(old, name)) old.setAttribute(name, value);
  for (const { name } of [...old.attributes])
    if (!node.hasAttribute(name) && !isOpened(old, name)) old.removeAttribute(name);
  if (old instanceof HTMLInputElement && old.checked !== node.checked) old.checked = node.checked;
  children(old, [...node.childNodes]);
}

/** By whoever looks, which is no business of the data. */
const isOpened = (element, name) => element instanceof HTMLDetailsElement && name === 'open';
