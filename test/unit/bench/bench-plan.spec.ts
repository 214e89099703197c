import { benchPlan } from '../../bench/bench-plan.js';
import { SCENARIO_NAMES } from '../../bench/scenarios.js';
import { orderOf, ordersOf } from '../../bench/order.js';

describe('the plan of the bench', () => {
  it('is the full one unless it has to be quick', () => {
    expect(benchPlan([])).toMatchObject({ size: { deep: 1_000_000, shallow: 10_000 } });
    expect(benchPlan([]).size.pickups).toBeGreaterThanOrEqual(200);
    expect(benchPlan([]).withinMs).toBeUndefined();
    const quick = benchPlan(['--quick']);
    expect(quick).toMatchObject({ size: { deep: 200_000, shallow: 10_000, pickups: 100 } });
    expect(quick.withinMs).toBeLessThan(50_000);
    expect(quick.scenarios).toEqual(SCENARIO_NAMES.filter((name) => name !== 'monitoring'));
    expect(benchPlan(['--quick', '--only', 'monitoring']).scenarios).toEqual(['monitoring']);
  });

  it('takes single sizes from the command line', () => {
    const { size } = benchPlan(['--quick', '--jobs', '500', '--rounds', '1']);
    expect(size).toEqual({ ...benchPlan(['--quick']).size, jobs: 500, rounds: 1 });
  });

  it('goes through all scenarios, or those that are named', () => {
    expect(benchPlan([]).scenarios).toEqual(SCENARIO_NAMES);
    expect(benchPlan(['--only', 'monitoring', '--only', 'inBulk']).scenarios).toEqual(['inBulk', 'monitoring']);
    expect(() => benchPlan(['--only', 'monitor'])).toThrow('--only monitor: there are wholeLife, ');
  });

  it('takes the address of a server from the command line, else from the environment', () => {
    const env = { REDIS_URL: 'redis://a' };
    expect(benchPlan(['--redis', 'redis://b'], env).redis).toBe('redis://b');
    expect(benchPlan([], env).redis).toBe('redis://a');
    expect(benchPlan([], { REDIS_URL: '' })).not.toHaveProperty('redis');
  });

  it.each([['--jobs', '0'], ['--jobs', '1.5'], ['--rounds', 'many'], ['--quik'], ['quick']])(
    'refuses %s %s',
    (...args) => expect(() => benchPlan(args)).toThrow(args[0]),
  );
});

describe('the payload', () => {
  it('has about 270 bytes of JSON, whatever its number', () => {
    for (const n of [0, 999, 1_000_000]) {
      const { length } = JSON.stringify(orderOf(n));
      expect(Math.abs(length - 270)).toBeLessThanOrEqual(10);
    }
  });

  it('is another one for each number', () => {
    expect(ordersOf(3, 6).map(({ n }) => n)).toEqual([3, 4, 5]);
    expect(new Set(ordersOf(0, 1_000).map(({ id }) => id)).size).toBe(1_000);
  });
});
