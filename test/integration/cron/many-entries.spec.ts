import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { SchedulerRegistry } from '@nestjs/schedule';
import { MemoryEngine } from '../../../lib/engine/memory/memory.engine.js';
import { SchedulerEntries } from '../../../lib/scheduler/registry/scheduler-entries.js';
import { CronLane } from '../../../lib/scheduler/cron-lane.js';
import { JobEventBus } from '../../../lib/core/job-event-bus.js';
import { buildCron } from '../../../lib/discovery/cron.builder.js';
import { ManualClock } from '../../../lib/testing/manual-clock.js';
import { SlotBook } from '../../support/cron-instances.js';

const ENTRIES = 1_000;
const MOST_MS = 1_000;
const MOST_BYTES = 20 * 1_048_576;
const silent = { log: () => undefined, warn: () => undefined, error: () => undefined, debug: () => undefined };
const zones = ['UTC', 'Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe'];

function collect(): number {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  return process.memoryUsage().heapUsed;
}

interface Started {
  readonly book: SlotBook;
  readonly clock: ManualClock;
  readonly lane: CronLane;
  readonly cpuMs: number;
  readonly bytes: number;
}

async function start(): Promise<Started> {
  const clock = new ManualClock(Date.UTC(2030, 0, 1, 11, 59, 30));
  const book = new SlotBook(() => clock.now());
  const engine = new MemoryEngine(clock);
  const bus = new JobEventBus(() => undefined);
  const before = collect();
  const begun = process.cpuUsage();
  const lane = new CronLane({
    ...{ engine: book.watching(engine), bus, clock, logger: silent, instance: 'web-1:1' },
    ...{ lockTtlMs: 30_000, isEngineShared: true },
  });
  const entries = new SchedulerEntries({
    ...{ registry: new SchedulerRegistry(), logger: silent, isAttending: () => true },
    ...{
      changed: () => undefined,
      others: new Map(),
      setStarted: () => undefined,
      now: () => clock.now(),
      fire: async () => undefined,
    },
  });
  for (let n = 0; n < ENTRIES; n++) {
    const options = { name: `entry-${n}`, timeZone: zones[n % zones.length] };
    const built = buildCron({ expression: `${n % 60} * * * *`, options, method: 'run', place: `Test.run${n}` }, {});
    entries.add(lane.add(built.entry, built.job, undefined));
  }
  lane.scheduler.start(['default']);
  await clock.advance(0);
  const { user, system } = process.cpuUsage(begun);
  return { book, clock, lane, cpuMs: (user + system) / 1_000, bytes: collect() - before };
}

describe(`${ENTRIES} entries on one instance`, () => {
  it('start within a second, hold less than 20 MB, and ask for each slot once', async () => {
    const { book, clock, lane, cpuMs, bytes } = await start();
    expect(cpuMs).toBeLessThan(MOST_MS);
    expect(bytes).toBeLessThan(MOST_BYTES);
    // From 11:59:30 to 12:00:10: the entries of minute 0, each asked for once.
    await clock.advance(40_000);
    expect(book.accepted).toHaveLength(Math.ceil(ENTRIES / 60));
    expect(book.roundTrips).toBe(book.accepted.length);
    await lane.close();
  });
});
