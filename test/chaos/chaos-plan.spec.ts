import { chaosPlan } from './chaos-plan.js';
import type { Scenario } from './scenario.js';

const scenario = (name: string): Scenario => ({
  ...{ name, fault: 'F0', shows: 'nothing', run: () => Promise.resolve(undefined) },
  short: { rounds: 1, jobs: 10 },
  long: { rounds: 5, jobs: 100 },
});
const scenarios = [scenario('one'), scenario('two')];

describe('the plan of a chaos run', () => {
  it('is every scenario in its long form, under a seed of its own', () => {
    const { runs, seed } = chaosPlan([], scenarios);
    expect(runs.map((run) => [run.scenario.name, run.size])).toEqual([
      ['one', { rounds: 5, jobs: 100 }],
      ['two', { rounds: 5, jobs: 100 }],
    ]);
    expect(Number.isInteger(seed)).toBe(true);
  });

  it('heeds what is asked for', () => {
    const { runs, seed } = chaosPlan(['--short', '--scenario', 'two', '--rounds', '3', '--seed', '7'], scenarios);
    expect(runs.map((run) => [run.scenario.name, run.size])).toEqual([['two', { rounds: 3, jobs: 10 }]]);
    expect(seed).toBe(7);
  });

  it.each([
    [['--fast'], /'--fast' is no option/],
    [['--scenario', 'three'], /no scenario 'three'. There are one, two/],
    [['--rounds', 'many'], /--rounds takes a whole number, not 'many'/],
    [['--seed'], /--seed takes a whole number, not ''/],
  ])('refuses %j', (args, message) => {
    expect(() => chaosPlan(args, scenarios)).toThrow(message);
  });
});
