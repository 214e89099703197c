/** A text of JSON with the numbers of its lines, in which what is wrong is said beside the line that it is about. */
import { h } from './dom.js';
import { lineOf, nearest, placesOf } from './places.js';

/**
 * @typedef {{ pointer: string, detail: string }} FieldError
 * @typedef {{ line: number, where: string, detail: string, beside: string }} Mark
 */

/**
 * @param {string} value
 * @param {(value: any, error?: string) => void} onValue told of each value that was written, and of what is no JSON
 */
export function jsonEditor(value, onValue) {
  const text = h('textarea', { value, spellcheck: false, autocapitalize: 'off', autocomplete: 'off' });
  const lines = h('ol', { class: 'lines', 'aria-hidden': 'true' });
  const told = h('ul', { class: 'told', id: 'editor-told' });
  /** @type {(FieldError & { was: string })[]} */
  let refused = [];

  const look = () => {
    const { value, error } = parsed(text.value);
    const { places, wrongAt } = placesOf(text.value);
    // What was said of a field holds until the field is another one.
    if (!error) refused = refused.filter(({ pointer, was }) => was === writtenAt(places, pointer));
    show(
      error
        ? [markOfSyntax(error, wrongAt)]
        : refused.map((each) => markOf(places, each)).sort((one, other) => one.line - other.line),
    );
    onValue(value, error);
  };
  const markOfSyntax = (error, wrongAt) => {
    const detail = `This is no JSON yet: ${error}`;
    return { line: wrongAt === undefined ? 0 : lineOf(text.value, wrongAt), where: '', detail, beside: detail };
  };
  const markOf = (places, { pointer, detail }) => {
    const place = nearest(places, pointer);
    return {
      line: place ? lineOf(text.value, place.start) : 0,
      ...{ where: pointer || '/', detail },
      // What is missing has no line of its own to say which one is meant.
      beside: places.has(pointer) ? detail : `${pointer}: ${detail}`,
    };
  };
  const writtenAt = (places, pointer) => {
    const place = places.get(pointer) ?? nearest(places, pointer);
    return place ? text.value.slice(place.start, place.end) : '';
  };
  /** @param {Mark[]} marks */
  const show = (marks) => {
    lines.replaceChildren(
      ...text.value.split('\n').map((line, n) =>
        lineWith(
          line,
          marks.filter((mark) => mark.line === n),
        ),
      ),
    );
    told.replaceChildren(
      ...marks.map(({ line, where, detail }) =>
        h('li', {}, h('b', {}, `Line ${line + 1}`), where && [' ', h('code', {}, where)], ` ${detail}`),
      ),
    );
    text.setAttribute('aria-invalid', String(marks.length > 0));
  };

  text.addEventListener('input', look);
  return {
    text,
    box: [h('div', { class: 'editor' }, h('div', { class: 'sheet' }, lines, text)), told],
    look,
    /** @param {FieldError[]} errors what the server refused of this text */
    refuse(errors) {
      const { places } = placesOf(text.value);
      refused = errors.map((error) => ({ ...error, was: writtenAt(places, error.pointer) }));
      look();
      const place = nearest(places, refused[0]?.pointer ?? '');
      text.focus();
      if (place) text.setSelectionRange(place.start, place.end);
      lines.children[place ? lineOf(text.value, place.start) : 0]?.scrollIntoView({ block: 'nearest' });
    },
  };
}

/** @param {string} line @param {Mark[]} marks */
function lineWith(line, marks) {
  return h(
    'li',
    { class: marks.length > 0 ? 'wrong' : undefined },
    h('span', {}, line || ' '),
    marks.length > 0 && h('em', {}, marks.map(({ beside }) => beside).join(' ')),
  );
}

function parsed(text) {
  try {
    return { value: JSON.parse(text) };
  } catch (error) {
    return { error: error.message };
  }
}
