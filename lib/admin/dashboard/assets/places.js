/** Where in a text of JSON each value stands, so that what is said of a field can be said beside it. */

const SPACE = /[ \t\r\n]*/y;
const STRING = /"[^"\\\r\n]*(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[^"\\\r\n]*)*"/y;
const OTHER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;

/** @typedef {{ start: number, end: number }} Place */

/**
 * Of a text that is no JSON, also where it ceases to be.
 * @param {string} text
 * @returns {{ places: Map<string, Place>, wrongAt?: number }} by JSON Pointer
 */
export function placesOf(text) {
  /** @type {Map<string, Place>} */
  const places = new Map();
  let at = 0;

  const take = (pattern) => {
    pattern.lastIndex = at;
    const found = pattern.exec(text);
    if (!found) return undefined;
    at = pattern.lastIndex;
    return found[0];
  };
  const has = (sign) => {
    take(SPACE);
    if (text[at] !== sign) return false;
    at++;
    return true;
  };
  const items = (end, item) => {
    if (has(end)) return true;
    for (let n = 0; ; n++) {
      if (!item(n)) return false;
      if (has(end)) return true;
      if (!has(',')) return false;
    }
  };
  const member = (pointer) => {
    take(SPACE);
    const key = take(STRING);
    return key !== undefined && has(':') && value(`${pointer}/${token(JSON.parse(key))}`);
  };
  const value = (pointer) => {
    take(SPACE);
    const start = at;
    const isWhole =
      text[at] === '{'
        ? (at++, items('}', () => member(pointer)))
        : text[at] === '['
          ? (at++, items(']', (n) => value(`${pointer}/${n}`)))
          : (take(STRING) ?? take(OTHER)) !== undefined;
    if (isWhole) places.set(pointer, { start, end: at });
    return isWhole;
  };

  try {
    const isWhole = value('');
    take(SPACE);
    return isWhole && at === text.length ? { places } : { places, wrongAt: at };
  } catch (error) {
    // Nested deeper than can be walked; then nothing is marked.
    if (error instanceof RangeError) return { places: new Map() };
    // A name with a sign that must be escaped.
    return { places, wrongAt: at };
  }
}

const token = (name) => name.replaceAll('~', '~0').replaceAll('/', '~1');

/**
 * Of a field that is missing, the place of what it is missing in.
 * @param {Map<string, Place>} places
 * @param {string} pointer
 * @returns {Place | undefined}
 */
export function nearest(places, pointer) {
  for (let inner = pointer; ; inner = inner.slice(0, inner.lastIndexOf('/'))) {
    const place = places.get(inner);
    if (place || inner === '') return place;
  }
}

/** Counted from 0. */
export function lineOf(text, offset) {
  let line = 0;
  for (let at = text.indexOf('\n'); at !== -1 && at < offset; at = text.indexOf('\n', at + 1)) line++;
  return line;
}
