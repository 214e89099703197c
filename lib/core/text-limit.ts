const MARK = '…';

/** At most `longest` characters, with a mark where it was cut, and never half a character. */
export function cutText(text: string, longest: number): string {
  if (text.length <= longest) return text;
  const cut = text.slice(0, longest - MARK.length);
  return (/[\uD800-\uDBFF]$/.test(cut) ? cut.slice(0, -1) : cut) + MARK;
}

/** One line: whatever breaks or moves a line becomes a blank. */
export function foldLines(text: string): string {
  return text.replace(/[\s\p{Control}]+/gu, ' ').trim();
}
