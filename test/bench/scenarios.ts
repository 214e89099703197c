import type { ContestantName } from './contestant.js';
import type { Figure } from './ratios.js';
import type { Scenario } from './scenario.js';
import { backlog } from './scenarios/backlog.js';
import { inBulk } from './scenarios/in-bulk.js';
import { monitoring } from './scenarios/monitoring.js';
import { pickup } from './scenarios/pickup.js';
import { singleSlot } from './scenarios/single-slot.js';
import { wholeLife } from './scenarios/whole-life.js';

/** Those that both go through, in this order, round by round. */
export const ALTERNATING = { wholeLife, inBulk, singleSlot, pickup } as const satisfies Record<string, Scenario>;

/** Those in which one is held against itself. */
export const ALONE = { backlog, monitoring } as const satisfies Record<string, Scenario>;

export const SCENARIOS = { ...ALTERNATING, ...ALONE };

export type ScenarioName = keyof typeof SCENARIOS;

export const SCENARIO_NAMES = Object.keys(SCENARIOS) as readonly ScenarioName[];

/** Which figures come of each. */
export const MEASURED: Readonly<Record<ScenarioName, readonly Figure[]>> = {
  wholeLife: ['enqueue', 'process', 'redisCpuPerJob', 'redisBytesPerJob', 'nodeCpuPerJob'],
  inBulk: ['enqueueMany', 'processAt10'],
  singleSlot: ['processAt1'],
  pickup: ['pickupP50', 'pickupP99'],
  backlog: ['backlog'],
  monitoring: ['monitoring'],
};

/** What a contestant's process is started with. */
export interface ContestantSetup {
  readonly name: ContestantName;
  readonly url: string;
  /** The Redis server is nobody else's. */
  readonly own: boolean;
}
