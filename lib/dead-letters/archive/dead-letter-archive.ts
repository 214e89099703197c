import type { Clock } from '../../core/clock.js';
import { formatJobId, parseJobId } from '../../core/job-id.js';
import type { DeadLetterCopy } from '../../engine/dead-letter-copy.js';
import type { DeadLetterFilter, JobDeadLetters } from '../../engine/dead-letter.port.js';
import type { Actor } from '../../engine/inspector.port.js';
import { archiveEnd, archiveHead, archiveLine, ArchiveLineError, readArchiveLine } from './archive-line.js';
import type { ArchiveReport, RefusedLine } from './archive-reports.js';
import { linesOf, type TextChunks } from './text-lines.js';

export interface ArchiveParts {
  readonly engine: Pick<JobDeadLetters, 'deadLetters' | 'copyDead' | 'importDead' | 'resolve'>;
  readonly clock: Clock;
  readonly windowOf: (type: string) => number;
}

/** What one line came to; a text says why it was refused. */
type Outcome = 'done' | 'already' | { readonly why: string };

const PAGE = 100;
const MOST_REFUSED_SHOWN = 100;

/** Dead letters on their way to a file, out of the store, and back. */
export class DeadLetterArchive {
  constructor(private readonly parts: ArchiveParts) {}

  /** One at a time, so that however many are dead, no more than a page of them is held. */
  async *export(filter: DeadLetterFilter, selection: object): AsyncGenerator<string, void> {
    const { engine, clock } = this.parts;
    yield archiveHead(selection, clock.now());
    let count = 0;
    for (let cursor: string | undefined; ;) {
      const { items, nextCursor } = await engine.deadLetters(filter, PAGE, cursor);
      for (const { id } of items) {
        const copy = await engine.copyDead(parseJobId(id));
        // Somebody replayed or resolved it meanwhile.
        if (!copy) continue;
        yield archiveLine(copy);
        count++;
      }
      if (nextCursor === undefined) break;
      cursor = nextCursor;
    }
    yield archiveEnd(count);
  }

  import(chunks: TextChunks, by: Actor): Promise<ArchiveReport> {
    return this.each(chunks, async (copy) => {
      const outcome = await this.parts.engine.importDead(copy, by);
      if (outcome.status === 'ok') return 'done';
      if (outcome.status === 'already') return 'already';
      return { why: `its key belongs to a job that is ${outcome.state}` };
    });
  }

  /** Only what is dead in the very life that was exported. */
  discard(chunks: TextChunks, by: Actor): Promise<ArchiveReport> {
    const { engine, windowOf } = this.parts;
    return this.each(chunks, async (copy) => {
      const outcome = await engine.resolve(copy, windowOf(copy.type), by, { life: copy.life, exported: true });
      if (outcome.status === 'ok') return 'done';
      if (outcome.status === 'other_life') return { why: `it was replayed and died again, in life ${outcome.life}` };
      return 'already';
    });
  }

  private async each(chunks: TextChunks, act: (copy: DeadLetterCopy) => Promise<Outcome>): Promise<ArchiveReport> {
    const sums = { done: 0, already: 0, refusedLines: 0 };
    const refused: RefusedLine[] = [];
    let [letters, complete] = [0, false];
    const refuse = (line: RefusedLine): void => {
      sums.refusedLines++;
      if (refused.length < MOST_REFUSED_SHOWN) refused.push(line);
    };
    for await (const { number, text } of linesOf(chunks)) {
      let read: ReturnType<typeof readArchiveLine>;
      try {
        read = readArchiveLine(text);
      } catch (error) {
        if (!(error instanceof ArchiveLineError)) throw error;
        letters++;
        refuse({ line: number, why: error.message });
        continue;
      }
      if ('count' in read) complete = read.count === letters;
      if (!('slotKey' in read)) continue;
      letters++;
      const outcome = await act(read);
      if (typeof outcome === 'string') sums[outcome]++;
      else refuse({ line: number, id: formatJobId(read), why: outcome.why });
    }
    return { ...sums, refused, complete };
  }
}
