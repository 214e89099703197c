import type { Type } from '@nestjs/common';
import type { ModuleRef } from '@nestjs/core';
import type { Clock } from './core/clock.js';
import type { JobLogger } from './core/job-logger.js';
import type { JobEngine } from './engine/engine.port.js';
import { LeasedLockProvider } from './scheduler/locks/leased-lock.provider.js';
import { LockDirectory, type OpenableLocks } from './scheduler/locks/lock-directory.js';
import { MemoryLockStore } from './scheduler/locks/memory/memory-lock.store.js';
import { PostgresLockStore } from './scheduler/locks/postgres/postgres-lock.store.js';
import type { VigilSettings } from './vigil.settings.js';

/** The locks of cron entries, of every kind that the settings name. */
export function lockDirectory(
  engine: JobEngine,
  settings: VigilSettings,
  clock: Clock,
  logger: JobLogger,
  moduleRef: ModuleRef,
): LockDirectory {
  const postgres = postgresLocks(settings, clock, logger);
  return new LockDirectory({
    memory: new LeasedLockProvider({ store: new MemoryLockStore(clock), clock, logger }),
    ...(engine.locks && { redis: new LeasedLockProvider({ store: engine.locks, clock, logger }) }),
    ...(postgres && { postgres }),
    logger,
    instanceOf: (type) => {
      try {
        return moduleRef.get(type as Type, { strict: false });
      } catch {
        // Nest throws for what nobody provides; the directory says so with the entry's place.
        return undefined;
      }
    },
  });
}

function postgresLocks(settings: VigilSettings, clock: Clock, logger: JobLogger): OpenableLocks | undefined {
  const { prefix, commandTimeoutMs: timeoutMs, postgres: options } = settings;
  if (!options) return undefined;
  const store = new PostgresLockStore({ options, prefix, timeoutMs, clock });
  return {
    provider: new LeasedLockProvider({ store, clock, logger }),
    open: () => store.open(),
    close: () => store.close(),
  };
}
