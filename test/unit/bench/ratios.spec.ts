import { FIGURES, pairings, ratios } from '../../bench/ratios.js';
import { MEASURED } from '../../bench/scenarios.js';
import { table } from '../../bench/table.js';

const valuesOf = (value: number): Record<string, number[]> =>
  Object.fromEntries(
    FIGURES.filter((figure) => figure !== 'backlog' && figure !== 'monitoring').map((figure) => [figure, [value]]),
  );

const ours = {
  ...valuesOf(6),
  enqueue: [70_000, 90_000, 80_000],
  ...{ backlogDeep: [30, 40, 29], backlogShallow: [60] },
  ...{ monitored: [96, 97, 98], unmonitored: [100] },
};
const theirs: Record<string, number[]> = { ...valuesOf(4), enqueue: [20_000, 21_000, 5] };

describe('the ratios of the bench', () => {
  it('are ours divided by theirs, median by median', () => {
    expect(ratios(pairings(ours, theirs))).toMatchObject({ enqueue: 4, process: 1.5, pickupP99: 1.5 });
  });

  it('hold our rate with many jobs waiting against our rate with few', () => {
    expect(ratios(pairings(ours, theirs)).backlog).toBe(0.5);
  });

  it('hold our rate with monitoring against our rate without', () => {
    expect(ratios(pairings(ours, theirs)).monitoring).toBe(0.97);
  });

  it('are of the figures that were measured, which every scenario names', () => {
    const pairs = pairings({ monitored: [97], unmonitored: [100] }, {}, ['monitoring']);
    expect(ratios(pairs)).toEqual({ monitoring: 0.97 });
    expect(table(pairs, ratios(pairs), { deep: 1, shallow: 1 }).split('\n')).toHaveLength(2);
    expect(Object.values(MEASURED).flat().toSorted()).toEqual(FIGURES.toSorted());
  });

  it('have three digits after the point, and the order in which figures are told', () => {
    const result = ratios(pairings({ ...ours, process: [2] }, { ...theirs, process: [3] }));
    expect(result.process).toBe(0.667);
    expect(Object.keys(result)).toEqual([
      ...['enqueue', 'enqueueMany', 'process', 'processAt1', 'processAt10', 'redisCpuPerJob', 'redisBytesPerJob'],
      ...['pickupP50', 'pickupP99', 'backlog', 'nodeCpuPerJob', 'monitoring'],
    ]);
  });

  it('are refused when one side did not measure, or measured nothing', () => {
    const { process: _, ...without } = theirs;
    expect(() => pairings(ours, without)).toThrow('no round measured process');
    expect(() => ratios(pairings(ours, { ...theirs, process: [0] }))).toThrow('process: Infinity is no ratio');
  });

  it('stand in a table beside the medians and their spread', () => {
    const pairs = pairings(ours, theirs);
    const lines = table(pairs, ratios(pairs), { deep: 200_000, shallow: 10_000 }).split('\n');
    expect(lines).toHaveLength(1 + FIGURES.length);
    expect(lines[1]).toMatch(/jobs\/s +80,000 \(70,000–90,000\) +20,000 \(5\.00–21,000\) +4\.000$/);
    expect(lines.join('\n')).toMatch(/200,000 waiting and 10,000 .*30\.0 \(29\.0–40\.0\) .*0\.500\n/);
    expect(new Set(lines.map((line) => line.length)).size).toBe(1);
  });
});
