import type { Clock } from './core/clock.js';
import type { JobLogger } from './core/job-logger.js';
import type { EngineReport, JobEngine } from './engine/engine.port.js';
import { MemoryEngine } from './engine/memory/memory.engine.js';
import { RedisEngine } from './engine/redis/redis.engine.js';
import type { VigilSettings } from './vigil.settings.js';

/** Opens the store that the settings name, and says in the log what it promises. */
export async function openEngine(settings: VigilSettings, clock: Clock, logger: JobLogger): Promise<JobEngine> {
  const engine = engineOf(settings, clock);
  try {
    tell(await engine.open(), logger);
    return engine;
  } catch (error) {
    await engine.close();
    throw error;
  }
}

function engineOf({ redis, prefix, commandTimeoutMs }: VigilSettings, clock: Clock): JobEngine {
  return redis === undefined ? new MemoryEngine(clock) : new RedisEngine({ target: redis, prefix, commandTimeoutMs });
}

function tell({ engine, durability, warnings }: EngineReport, logger: JobLogger): void {
  logger.log(`jobs are kept in ${engine}; durability: ${durability}`);
  for (const warning of warnings) logger.warn(warning);
}
