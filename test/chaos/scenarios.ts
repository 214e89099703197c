import type { Scenario } from './scenario.js';
import { halfOpen } from './scenarios/half-open.js';
import { lostReplies } from './scenarios/lost-replies.js';
import { outOfMemory } from './scenarios/out-of-memory.js';
import { poison } from './scenarios/poison.js';
import { redisKilled } from './scenarios/redis-killed.js';
import { scriptFlush } from './scenarios/script-flush.js';
import { workerFrozen } from './scenarios/worker-frozen.js';
import { workerKilled } from './scenarios/worker-killed.js';

/** In the order of their numbers. */
export const scenarios: readonly Scenario[] = [
  ...[workerKilled, workerFrozen, redisKilled, lostReplies, halfOpen, scriptFlush, outOfMemory, poison],
];
