import type { Scenario } from './scenario.js';
import { workerKilled } from './scenarios/worker-killed.js';

/** In the order of their numbers. */
export const scenarios: readonly Scenario[] = [workerKilled];
