import { median, spread } from './median.js';
import { FIGURES, type Figure, type Pairings } from './ratios.js';
import type { Size } from './scenario.js';

const UNITS: Record<Figure, string> = {
  enqueue: 'jobs/s',
  enqueueMany: 'jobs/s',
  process: 'jobs/s',
  processAt1: 'jobs/s',
  processAt10: 'jobs/s',
  redisCpuPerJob: 'µs',
  redisBytesPerJob: 'bytes',
  pickupP50: 'ms',
  pickupP99: 'ms',
  backlog: 'jobs/s',
  nodeCpuPerJob: 'µs',
  monitoring: 'jobs/s',
};

const TITLES: Record<Exclude<Figure, 'backlog'>, string> = {
  enqueue: 'enqueue one by one, 200 in flight',
  enqueueMany: 'enqueue 1,000 a call',
  process: 'process, 100 slots',
  processAt1: 'process, 1 slot',
  processAt10: 'process, 10 slots',
  redisCpuPerJob: 'Redis CPU per job, enqueue and process',
  redisBytesPerJob: 'Redis memory per waiting job',
  pickupP50: 'pickup on an idle queue, p50',
  pickupP99: 'pickup on an idle queue, p99',
  nodeCpuPerJob: 'Node CPU per job processed, 100 slots',
  monitoring: 'ours with monitoring and without',
};

/** One line a figure: the medians, in brackets the least and the greatest of the rounds, and the ratio. */
export function table(
  pairs: Pairings,
  ratios: Readonly<Partial<Record<Figure, number>>>,
  { deep, shallow }: Pick<Size, 'deep' | 'shallow'>,
): string {
  const title = (figure: Figure): string =>
    figure === 'backlog' ? `ours with ${count(deep)} waiting and ${count(shallow)}` : TITLES[figure];
  const rows = FIGURES.flatMap((figure) => {
    const { [figure]: pair } = pairs;
    const { [figure]: ratio } = ratios;
    if (!pair || ratio === undefined) return [];
    return [[title(figure), UNITS[figure], cell(pair.ours), cell(pair.theirs), ratio.toFixed(3)]];
  });
  const lines = [['', '', 'nestjs-vigil', 'BullMQ', 'ratio'], ...rows];
  const widths = lines[0].map((_, column) => Math.max(...lines.map((line) => line[column].length)));
  const aligned = (text: string, column: number): string =>
    column < 2 ? text.padEnd(widths[column]) : text.padStart(widths[column]);
  return lines.map((line) => line.map(aligned).join('  ')).join('\n');
}

function cell(values: readonly number[]): string {
  const [least, greatest] = spread(values);
  return `${number(median(values))} (${number(least)}–${number(greatest)})`;
}

/** With about three digits that mean something. */
function number(value: number): string {
  if (value >= 100) return count(Math.round(value));
  return value >= 10 ? value.toFixed(1) : value.toFixed(2);
}

export function count(value: number): string {
  return value.toLocaleString('en-US');
}
