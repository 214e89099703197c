const CR = 13;
/** Values whose line says how many values follow. */
const AGGREGATES: ReadonlySet<string> = new Set(['*', '~', '>', '|', '%']);
/** Of which each entry is two values. */
const PAIRED: ReadonlySet<string> = new Set(['%', '|']);
/** Values whose line says how many bytes follow. */
const BULKS: ReadonlySet<string> = new Set(['$', '=', '!']);

/** Cuts what Redis and its clients say to each other (RESP 2 and 3) into whole values. */
export class RespReader {
  private rest: Buffer = Buffer.alloc(0);

  /** The values that are complete by now, as they were sent. */
  push(chunk: Buffer): Buffer[] {
    const text = this.rest.length === 0 ? chunk : Buffer.concat([this.rest, chunk]);
    const values: Buffer[] = [];
    let at = 0;
    for (let end = endOf(text, at); end !== undefined; end = endOf(text, at)) {
      values.push(text.subarray(at, end));
      at = end;
    }
    this.rest = text.subarray(at);
    return values;
  }
}

/** The words of a command. */
export function wordsOf(command: Buffer): string[] {
  const words: string[] = [];
  let at = lineEnd(command, 0) ?? command.length;
  while (at < command.length) {
    const begin = lineEnd(command, at);
    const end = endOf(command, at);
    if (begin === undefined || end === undefined) break;
    words.push(command.toString('utf8', begin, end - 2));
    at = end;
  }
  return words;
}

/** Where the value that begins there ends; undefined while it is not whole. */
function endOf(text: Buffer, begin: number): number | undefined {
  let at = begin;
  for (let left = 1; left > 0; left--) {
    const next = lineEnd(text, at);
    if (next === undefined) return undefined;
    const kind = String.fromCharCode(text[at]);
    const count = Number.parseInt(text.toString('latin1', at + 1, next - 2), 10);
    at = next;
    if (BULKS.has(kind) && count >= 0) at += count + 2;
    else if (AGGREGATES.has(kind) && count > 0) left += PAIRED.has(kind) ? 2 * count : count;
    // Attributes stand before the value they belong to.
    if (kind === '|') left++;
    if (at > text.length) return undefined;
  }
  return at;
}

function lineEnd(text: Buffer, begin: number): number | undefined {
  const at = text.indexOf(CR, begin);
  return at < 0 || at + 2 > text.length ? undefined : at + 2;
}
