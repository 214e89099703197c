import type { JobFigures } from '../../engine/figures.port.js';
import { SpanFigures } from './type-figures.js';

/** Minutes that are kept added up once they are over. */
const BLOCK = 15;
const BLOCKS_KEPT = 110;

/** Reads the minutes of a queue; of long spans it reads only what it has not added up before. */
export class FiguresReader {
  private readonly blocks = new Map<string, Map<number, SpanFigures>>();

  constructor(private readonly engine: Pick<JobFigures, 'minuteFigures'>) {}

  /** What happened from the first minute to the last one, `last` being the present one or earlier than `now`. */
  async span(queue: string, first: number, last: number, present: number): Promise<SpanFigures> {
    const sum = new SpanFigures();
    let at = first;
    while (at <= last) {
      const block = Math.floor(at / BLOCK);
      const end = (block + 1) * BLOCK - 1;
      // Clocks of several nodes may be apart a little.
      const isWhole = at === block * BLOCK && end <= last && end < present - 1;
      sum.merge(isWhole ? await this.block(queue, block) : await this.read(queue, at, Math.min(end, last)));
      at = Math.min(end, last) + 1;
    }
    return sum;
  }

  /** One by one. */
  async minutes(queue: string, first: number, last: number): Promise<Map<number, SpanFigures>> {
    const found = await this.engine.minuteFigures(queue, range(first, last));
    return new Map(found.map((minute) => [minute.minute, SpanFigures.ofMinute(minute)]));
  }

  private async block(queue: string, block: number): Promise<SpanFigures> {
    let known = this.blocks.get(queue);
    if (!known) this.blocks.set(queue, (known = new Map<number, SpanFigures>()));
    const before = known.get(block);
    if (before) return before;
    const read = await this.read(queue, block * BLOCK, (block + 1) * BLOCK - 1);
    for (const old of known.keys()) if (old < block - BLOCKS_KEPT) known.delete(old);
    known.set(block, read);
    return read;
  }

  private async read(queue: string, first: number, last: number): Promise<SpanFigures> {
    const found = await this.engine.minuteFigures(queue, range(first, last));
    return found.reduce((sum, minute) => sum.merge(SpanFigures.ofMinute(minute)), new SpanFigures());
  }
}

function range(first: number, last: number): number[] {
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, n) => first + n);
}
