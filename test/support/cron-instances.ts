import type { Clock } from '../../lib/core/clock.js';
import type { CronDefinition } from '../../lib/core/cron-definition.js';
import { JobEventBus } from '../../lib/core/job-event-bus.js';
import type { JobLogger } from '../../lib/core/job-logger.js';
import type { CronRecord } from '../../lib/core/cron-record.js';
import { buildCron } from '../../lib/discovery/cron.builder.js';
import type { CronOptions } from '../../lib/decorators/cron.options.js';
import type { CronStore, SlotAnswer, SlotTake } from '../../lib/engine/cron.port.js';
import type { JobFigures } from '../../lib/engine/figures.port.js';
import { CronLane } from '../../lib/scheduler/cron-lane.js';

const silent = { log: () => undefined, warn: () => undefined, error: () => undefined, debug: () => undefined };

/** What became of each slot, whoever decided it. */
export class SlotBook {
  readonly accepted: number[] = [];
  readonly missed = new Map<number, CronRecord['why']>();
  /** By how much a slot was asked for, and given, before its time by the store's clock; negative: after it. */
  readonly leads: number[] = [];
  private calls = 0;

  constructor(private readonly storeNow: () => number) {}

  get mostEarly(): number {
    return this.leads.reduce((most, lead) => Math.max(most, lead), -Infinity);
  }

  get roundTrips(): number {
    return this.calls;
  }

  /** Where each decision is written down. */
  watching<E extends CronStore & Pick<JobFigures, 'storeTime'>>(engine: E): CronStore & Pick<JobFigures, 'storeTime'> {
    const takeSlot = async (take: SlotTake): Promise<SlotAnswer> => {
      this.calls++;
      // An answer that takes long must not hide that it was asked for too early.
      const lead = take.slot - this.storeNow();
      const answer = await engine.takeSlot(take);
      if (answer.status === 'accepted') {
        this.accepted.push(take.slot);
        this.leads.push(lead);
      }
      if (answer.status === 'accepted' || answer.status === 'missed') {
        for (const { text } of take.missed) {
          const { slot, why } = JSON.parse(text) as CronRecord;
          this.missed.set(slot, why);
        }
      }
      return answer;
    };
    return {
      takeSlot,
      declareCron: (declaration) => engine.declareCron(declaration),
      noteCron: (note) => engine.noteCron(note),
      alertCron: (...args) => engine.alertCron(...args),
      keptCron: (queue) => engine.keptCron(queue),
      openRuns: (queue) => engine.openRuns(queue),
      cronHistory: (...args) => engine.cronHistory(...args),
      setCronPaused: (...args) => engine.setCronPaused(...args),
      forgetCron: (...args) => engine.forgetCron(...args),
      storeTime: () => engine.storeTime(),
    };
  }
}

export interface Instance {
  readonly lane: CronLane;
  /** Of its worker. */
  readonly bus: JobEventBus;
  start(): void;
  stop(): Promise<void>;
}

/** A process as far as cron entries are concerned: it asks for slots, and runs nothing. */
export function cronInstance(
  engine: CronStore & Pick<JobFigures, 'storeTime'>,
  clock: Clock,
  expression: string,
  options: CronOptions & { readonly name: string },
  logger: JobLogger = silent,
): Instance {
  const bus = new JobEventBus(() => undefined);
  const lane = new CronLane({
    ...{ engine, bus, clock, logger, instance: 'web-1:1', lockTtlMs: 30_000, isEngineShared: true },
  });
  const { entry, job } = buildCron({ expression, options, method: 'run', place: 'Test.run' }, {});
  lane.add(entry satisfies CronDefinition, job, undefined);
  return { lane, bus, start: () => lane.scheduler.start([entry.queue]), stop: () => lane.close() };
}

/** A clock that is wrong by so much, for better or worse. */
export function wrongBy(ms: number, clock: Clock): Clock {
  return {
    now: () => clock.now() + ms,
    monotonic: () => clock.now(),
    schedule: (after, run, options) => clock.schedule(after, run, options),
  };
}
