import { median } from './median.js';

/** Every figure, in the order in which they are told. */
export const FIGURES = [
  'enqueue',
  'enqueueMany',
  'process',
  'processAt1',
  'processAt10',
  'redisCpuPerJob',
  'redisBytesPerJob',
  'pickupP50',
  'pickupP99',
  'backlog',
  'nodeCpuPerJob',
] as const;

export type Figure = (typeof FIGURES)[number];

/** The values of a figure, round by round: ours, and what they are held against. */
export interface Pairing {
  readonly ours: readonly number[];
  readonly theirs: readonly number[];
}

type Values = Readonly<Record<string, readonly number[]>>;

/** Ours and BullMQ's by the same name; `backlog` holds our rate with many jobs waiting against our rate with few. */
export function pairings(ours: Values, theirs: Values): Record<Figure, Pairing> {
  const pair = (figure: Figure): Pairing =>
    figure === 'backlog'
      ? { ours: of(ours, 'backlogDeep'), theirs: of(ours, 'backlogShallow') }
      : { ours: of(ours, figure), theirs: of(theirs, figure) };
  return byFigure(pair);
}

/** The median of ours divided by that of theirs, to three digits after the point. */
export function ratios(pairs: Readonly<Record<Figure, Pairing>>): Record<Figure, number> {
  return byFigure((figure) => {
    const ratio = median(pairs[figure].ours) / median(pairs[figure].theirs);
    if (!Number.isFinite(ratio)) throw new Error(`${figure}: ${ratio} is no ratio`);
    return Math.round(ratio * 1_000) / 1_000;
  });
}

function byFigure<T>(value: (figure: Figure) => T): Record<Figure, T> {
  return Object.fromEntries(FIGURES.map((figure) => [figure, value(figure)])) as Record<Figure, T>;
}

function of(values: Values, name: string): readonly number[] {
  const found = values[name];
  if (!found) throw new Error(`no round measured ${name}`);
  return found;
}
