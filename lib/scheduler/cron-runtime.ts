import type { SchedulerRegistry } from '@nestjs/schedule';
import type { CronDefinition } from '../core/cron-definition.js';
import { CronRegistry } from '../core/cron-registry.js';
import type { CronRun } from '../core/cron-run.js';
import type { JobDefinition } from '../core/job-definition.js';
import type { JobRegistry, RegisteredJob } from '../core/job-registry.js';
import type { JobLogger } from '../core/job-logger.js';
import type { LockProvider } from '../core/lock-provider.js';
import type { CronEntry } from './cron-entry.js';
import type { CronLane } from './cron-lane.js';
import type { CronService } from './cron.service.js';
import type { LocalLane } from './local-lane.js';
import { SchedulerEntries } from './registry/scheduler-entries.js';

export interface CronRuntimeParts {
  /** Entries whose slots are kept where the jobs are. */
  readonly shared: CronLane;
  /** Entries with `lock: false`. */
  readonly local: LocalLane;
  readonly jobs: JobRegistry;
  readonly logger: JobLogger;
  /** @throws VigilError with the code of what is wrong with the lock */
  readonly lockOf: (definition: CronDefinition) => LockProvider | undefined;
}

/** The cron entries of this process, from when they are found until the process ends. */
export class CronRuntime {
  private readonly registry = new CronRegistry();

  constructor(private readonly parts: CronRuntimeParts) {}

  /**
   * Takes in an entry that was found.
   * @throws VigilError `CRON_NAME_DUPLICATE`, `JOB_NAME_DUPLICATE`, `CRON_EXPRESSION_INVALID`, and the codes of locks
   */
  take(definition: CronDefinition, job: JobDefinition, invoke: (run: CronRun) => Promise<unknown>): void {
    const { shared, local, jobs, logger, lockOf } = this.parts;
    this.registry.register(definition);
    const isLocal = definition.lock === false;
    const lane = isLocal ? local.lane : shared;
    const entry = lane.add(definition, job, lockOf(definition));
    const registered: RegisteredJob = { definition: job, invoke: lane.invoker(entry, invoke) };
    jobs.register(registered);
    if (isLocal) local.registry.register(registered);
    logger.log(lineOf(entry));
  }

  /**
   * Makes the entries visible where `@nestjs/schedule` keeps its own.
   * @param others names of entries that it will add, and where they are declared
   * @throws VigilError `CRON_NAME_DUPLICATE`
   */
  show(registry: SchedulerRegistry, service: CronService, others: ReadonlyMap<string, string>): void {
    const { shared, local, logger } = this.parts;
    for (const { scheduler } of [shared, local.lane]) {
      const entries = new SchedulerEntries({
        ...{ registry, logger, others },
        changed: (entry) => scheduler.look(entry),
        setStarted: (entry, isStarted) => scheduler.setStarted(entry, isStarted),
        isAttending: (entry) => scheduler.isAttending(entry),
        now: () => scheduler.now(),
        fire: async ({ name }) => {
          await service.runNow(name, { actor: 'SchedulerRegistry', reason: 'fireOnTick' });
        },
      });
      for (const entry of scheduler.entries) entries.add(entry);
    }
  }

  async close(): Promise<void> {
    await this.parts.local.close();
    await this.parts.shared.close();
  }
}

function lineOf({ name, queue, definition, schedule, calendar }: CronEntry): string {
  const { declaredBy, lock, overlap, catchUp, disabled } = definition;
  const named = name === declaredBy ? name : `${name} (${declaredBy})`;
  const { expression, zone } = schedule;
  const when = typeof expression === 'number' ? new Date(expression).toISOString() : expression;
  const where = 'timeZone' in zone ? zone.timeZone : `UTC ${zone.utcOffset} min`;
  const next = calendar.after(Date.now());
  const kept = typeof lock === 'function' ? lock.name : (lock ?? "the engine's");
  const begins = next === undefined ? 'never again' : `next ${new Date(next).toISOString()}`;
  return `cron ${named} on queue ${queue}: ${when} (${where}), lock ${String(kept)}, overlap ${overlap}, catches up ${catchUp}${disabled ? ', disabled' : ''}; ${begins}`;
}
