import type { JobFigures, LineDepth } from '../../engine/figures.port.js';
import { FiguresReader } from './figures-reader.js';
import { MINUTE_MS, spanOf, type MetricsWindow } from './metrics-window.js';
import { TypeFigures, type SpanFigures } from './type-figures.js';
import { depthOf, typeMetrics, type TypeMetrics } from './type-metrics.js';

/** Back to which minute it is looked for a note of what had been accepted before the window. */
const NOTED_BEFORE = 3;

export interface QueueReading {
  readonly from: number;
  readonly to: number;
  readonly types: readonly TypeMetrics[];
}

/** What the figures of a queue in the store say of a window. */
export class MetricsReader {
  readonly figures: FiguresReader;

  constructor(
    private readonly engine: Pick<JobFigures, 'minuteFigures' | 'depths' | 'storeTime'>,
    private readonly timeZone: string,
  ) {
    this.figures = new FiguresReader(engine);
  }

  async read(queue: string, window: MetricsWindow): Promise<QueueReading> {
    const { at: now, lines } = await this.engine.depths(queue);
    const { first, last, from, to } = spanOf(window, now, this.timeZone);
    const [span, before] = await Promise.all([
      this.figures.span(queue, first, last, last),
      this.figures.span(queue, first - NOTED_BEFORE, first - 1, last),
    ]);
    const byType = new Map<string, LineDepth[]>();
    for (const line of lines) byType.set(line.type, [...(byType.get(line.type) ?? []), line]);
    for (const type of span.types.keys()) if (!byType.has(type)) byType.set(type, []);
    const seconds = (to - from) / 1_000;
    const types = [...byType].sort(([a], [b]) => (a < b ? -1 : 1));
    return {
      ...{ from, to },
      types: types.map(([name, own]) => {
        const accepted = acceptedIn(own, span, before, name);
        return typeMetrics(
          { queue, name, depth: depthOf(own, now), accepted },
          span.types.get(name) ?? new TypeFigures(),
          seconds,
        );
      }),
    };
  }

  /** The start of a present minute that many minutes ago, by the store's clock. */
  async minutesAgo(minutes: number): Promise<{ first: number; last: number }> {
    const last = Math.floor((await this.engine.storeTime()) / MINUTE_MS);
    return { first: last - minutes + 1, last };
  }
}

/** Accepted by now, minus what had been when the window began. A type that was unknown then had none. */
function acceptedIn(lines: readonly LineDepth[], span: SpanFigures, before: SpanFigures, name: string): number {
  const now = lines.reduce((sum, { accepted }) => sum + accepted, 0);
  const isNoted = before.isNoted || span.isNoted;
  const first = before.isNoted ? undefined : span.types.get(name)?.acceptedFirst;
  return Math.max(0, now - (before.types.get(name)?.acceptedLast ?? first ?? (isNoted ? 0 : now)));
}
