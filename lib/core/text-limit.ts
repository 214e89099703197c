const MARK = '…';

/** At most `longest` characters, with a mark where it was cut, and never half a character. */
export function cutText(text: string, longest: number): string {
  if (text.length <= longest) return text;
  const cut = text.slice(0, longest - MARK.length);
  return (/[\uD800-\uDBFF]$/.test(cut) ? cut.slice(0, -1) : cut) + MARK;
}

/** One line: whatever breaks or moves a line becomes a blank. */
export function foldLines(text: string): string {
  // eslint-disable-next-line no-control-regex -- control characters are what is to be taken out
  return text.replace(/[\s\u0000-\u001f\u007f\u0085\u2028\u2029]+/g, ' ').trim();
}
