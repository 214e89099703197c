import { parseArgs } from 'node:util';
import type { Size } from './scenario.js';
import { SCENARIO_NAMES, type ScenarioName } from './scenarios.js';

export interface BenchPlan {
  readonly size: Size;
  /** In whatever order they are named, they are gone through in that of the bench. */
  readonly scenarios: readonly ScenarioName[];
  /** No round but the first begins that would not end before the process is so old. */
  readonly withinMs?: number;
  /** Of a server that runs already. Without it, the bench starts its own. */
  readonly redis?: string;
}

const FULL: Size = { jobs: 30_000, pickups: 400, deep: 1_000_000, shallow: 10_000, rounds: 7 };
const QUICK: Size = { jobs: 15_000, pickups: 100, deep: 200_000, shallow: 10_000, rounds: 3 };

/** Enough rounds of what is held against BullMQ are worth more there than ours against itself, which takes as long as one of them. */
const NOT_QUICK: readonly ScenarioName[] = ['monitoring'];

/** Leaves a busy machine the time for one round that takes longer than expected. */
const QUICK_MS = 42_000;

/** @throws TypeError for an argument that it does not know, RangeError for a number that is none */
export function benchPlan(args: readonly string[], env: { readonly REDIS_URL?: string } = {}): BenchPlan {
  const number = { type: 'string' } as const;
  const { values } = parseArgs({
    args: [...args],
    options: {
      quick: { type: 'boolean' },
      redis: { type: 'string' },
      only: { type: 'string', multiple: true },
      ...{ jobs: number, pickups: number, deep: number, shallow: number, rounds: number },
    },
  });
  const usual = values.quick ? QUICK : FULL;
  const whole = (name: keyof Size): number => {
    const given = values[name];
    if (given === undefined) return usual[name];
    if (/^[1-9]\d{0,7}$/.test(given)) return Number(given);
    throw new RangeError(`--${name} ${given}: give a whole number from 1 on`);
  };
  for (const name of values.only ?? []) {
    if (SCENARIO_NAMES.some((known) => known === name)) continue;
    throw new RangeError(`--only ${name}: there are ${SCENARIO_NAMES.join(', ')}`);
  }
  const redis = values.redis ?? env.REDIS_URL;
  return {
    size: {
      ...{ jobs: whole('jobs'), pickups: whole('pickups'), deep: whole('deep'), shallow: whole('shallow') },
      rounds: whole('rounds'),
    },
    scenarios: SCENARIO_NAMES.filter((name) =>
      values.only ? values.only.includes(name) : !values.quick || !NOT_QUICK.includes(name),
    ),
    ...(values.quick ? { withinMs: QUICK_MS } : {}),
    ...(redis ? { redis } : {}),
  };
}
