/**
 * A text as it is read from a file, a request or an export: its parts need not end where lines do.
 *
 * @example
 * import { createReadStream } from 'node:fs';
 *
 * const archive: TextChunks = createReadStream('billing.ndjson');
 * @publicApi
 */
export type TextChunks = AsyncIterable<string | Uint8Array> | Iterable<string | Uint8Array>;

export interface NumberedLine {
  /** From 1. */
  readonly number: number;
  readonly text: string;
}

/** Lines that are not empty, however the text is cut. Only line feeds end them: others may stand within a JSON text. */
export async function* linesOf(chunks: TextChunks): AsyncGenerator<NumberedLine> {
  const decoder = new TextDecoder();
  let rest = '';
  let number = 0;
  for await (const chunk of chunks) {
    const lines = (rest + (typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true }))).split('\n');
    rest = lines.pop() ?? '';
    for (const text of lines) {
      number++;
      if (text.trim() !== '') yield { number, text };
    }
  }
  if (rest.trim() !== '') yield { number: number + 1, text: rest };
}
