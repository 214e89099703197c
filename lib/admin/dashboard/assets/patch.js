/** The difference of two JSON values as a JSON Patch (RFC 6902), of add, replace and remove alone. */

/**
 * @param {any} before
 * @param {any} after
 * @param {string} [path]
 * @returns {{ op: 'add' | 'replace' | 'remove', path: string, value?: any }[]}
 */
export function difference(before, after, path = '') {
  if (isSame(before, after)) return [];
  if (Array.isArray(before) && Array.isArray(after)) return listDifference(before, after, path);
  const isOtherKind = Array.isArray(before) !== Array.isArray(after);
  if (isOtherKind || !isRecord(before) || !isRecord(after)) return [{ op: 'replace', path, value: after }];
  const at = (name) => `${path}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
  const names = Object.keys(before);
  return [
    ...names
      .filter((name) => !Object.hasOwn(after, name))
      .map((name) => ({ op: /** @type {const} */ ('remove'), path: at(name) })),
    ...names
      .filter((name) => Object.hasOwn(after, name))
      .flatMap((name) => difference(before[name], after[name], at(name))),
    ...Object.keys(after)
      .filter((name) => !Object.hasOwn(before, name))
      .map((name) => ({ op: /** @type {const} */ ('add'), path: at(name), value: after[name] })),
  ];
}

/** What both begin and end with stays: a secret in it is not known here, and must not be written over. */
function listDifference(before, after, path) {
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  while (start < shorter && isSame(before[start], after[start])) start++;
  let end = 0;
  while (end < shorter - start && isSame(before[before.length - 1 - end], after[after.length - 1 - end])) end++;
  const [gone, come] = [before.slice(start, before.length - end), after.slice(start, after.length - end)];
  const both = Math.min(gone.length, come.length);
  return [
    ...gone.slice(0, both).flatMap((value, n) => difference(value, come[n], `${path}/${start + n}`)),
    // From the back, so that each place is still what it was.
    ...gone
      .slice(both)
      .map((_, n) => ({ op: /** @type {const} */ ('remove'), path: `${path}/${start + gone.length - 1 - n}` })),
    ...come
      .slice(both)
      .map((value, n) => ({ op: /** @type {const} */ ('add'), path: `${path}/${start + both + n}`, value })),
  ];
}

function isSame(one, other) {
  if (Object.is(one, other)) return true;
  if (Array.isArray(one) !== Array.isArray(other) || !isRecord(one) || !isRecord(other)) return false;
  const names = Object.keys(one);
  return (
    names.length === Object.keys(other).length &&
    names.every((name) => Object.hasOwn(other, name) && isSame(one[name], other[name]))
  );
}

/** Of lists, too. */
function isRecord(value) {
  return typeof value === 'object' && value !== null;
}
