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
  'monitoring',
] as const;

export type Figure = (typeof FIGURES)[number];

/** The values of a figure, round by round: ours, and what they are held against. */
export interface Pairing {
  readonly ours: readonly number[];
  readonly theirs: readonly number[];
}

type Values = Readonly<Record<string, readonly number[]>>;

/** In which we are held against ourselves. */
const OWN: Partial<Record<Figure, readonly [ours: string, theirs: string]>> = {
  backlog: ['backlogDeep', 'backlogShallow'],
  monitoring: ['monitored', 'unmonitored'],
};

export type Pairings = Readonly<Partial<Record<Figure, Pairing>>>;

/**
 * Ours and BullMQ's by the same name; `backlog` holds our rate with many jobs waiting against our rate with few, `monitoring` our rate
 * with monitoring against our rate without.
 */
export function pairings(ours: Values, theirs: Values, figures: readonly Figure[] = FIGURES): Pairings {
  const pair = (figure: Figure): Pairing => {
    const [first, second] = OWN[figure] ?? [];
    return first === undefined || second === undefined
      ? { ours: of(ours, figure), theirs: of(theirs, figure) }
      : { ours: of(ours, first), theirs: of(ours, second) };
  };
  return Object.fromEntries(figures.map((figure) => [figure, pair(figure)]));
}

/** The median of ours divided by that of theirs, to three digits after the point. */
export function ratios(pairs: Pairings): Partial<Record<Figure, number>> {
  const ratio = ([figure, { ours, theirs }]: [string, Pairing]): [string, number] => {
    const value = median(ours) / median(theirs);
    if (!Number.isFinite(value)) throw new Error(`${figure}: ${value} is no ratio`);
    return [figure, Math.round(value * 1_000) / 1_000];
  };
  return Object.fromEntries(Object.entries(pairs).map(ratio));
}

function of(values: Values, name: string): readonly number[] {
  const found = values[name];
  if (!found) throw new Error(`no round measured ${name}`);
  return found;
}
