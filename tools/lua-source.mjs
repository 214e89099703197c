/** Puts a Lua script together from its file and the fragments it names, and strips what Redis does not need. */

/**
 * What stands behind this fragment is put into a function. Lua searches through all locals of the same function for each one
 * that a closure refers to, which took a tenth of the time of the smallest turn; those of a function around it are at hand.
 */
const ENCLOSED_AFTER = 'keys';
const includeLine = /^--@include\s+(\S+)\s*$/;

/**
 * @param {{ name: string, text: string, fragment: (name: string) => string | undefined }} script
 *   `fragment` returns a fragment's text, undefined when there is none
 * @returns {string} the script as it is sent
 */
export function assembleScript({ name, text, fragment }) {
  const included = new Set();
  const lines = [];
  for (const line of text.split(/\r?\n/)) {
    const wanted = includeLine.exec(line)?.[1];
    if (wanted === undefined) {
      lines.push(line);
      continue;
    }
    if (included.has(wanted)) throw new Error(`${name}.lua includes the fragment "${wanted}" twice`);
    included.add(wanted);
    const body = fragment(wanted);
    if (body === undefined) throw new Error(`${name}.lua includes "${wanted}", but fragments/${wanted}.lua is missing`);
    if (/^#!/m.test(body)) throw new Error(`fragments/${wanted}.lua must not have a #! line: that is the script's`);
    if (/^\s*--@include\b/m.test(body)) throw new Error(`fragments/${wanted}.lua must not include others`);
    lines.push(...body.split(/\r?\n/));
    if (wanted === ENCLOSED_AFTER) lines.push('return (function()');
  }
  if (included.has(ENCLOSED_AFTER)) lines.push('end)()');
  const misplaced = lines.findIndex((line, n) => (line.startsWith('#!') && n > 0) || /^\s*--@include\b/.test(line));
  if (misplaced >= 0) throw new Error(`${name}.lua: misplaced line: ${lines[misplaced]}`);
  return strip(lines);
}

/**
 * The first line stays as it is: `#!lua` only counts there, and a comment there names the script in SLOWLOG.
 * @param {string[]} lines
 */
function strip(lines) {
  // A line inside a long string may look like a comment; such a script is sent as it is.
  if (lines.some((line) => /\[=*\[/.test(line))) return lines.join('\n').trimEnd() + '\n';
  const [first = '', ...rest] = lines;
  const code = rest.map((line) => line.trim()).filter((line) => line !== '' && !line.startsWith('--'));
  return [first, ...code].join('\n') + '\n';
}
