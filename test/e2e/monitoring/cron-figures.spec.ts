import { Injectable, type INestApplicationContext } from '@nestjs/common';
import { Test, type TestingModule } from '@nestjs/testing';
import {
  AlertService,
  Cron,
  CronRun,
  CronService,
  JobMetrics,
  VigilModule,
  type CronFigures,
  type CronOutcome,
  type CronRecord,
  type LockChoice,
} from '../../../lib/index.js';
import type { JobEngine } from '../../../lib/engine/engine.port.js';
import { RedisKeys } from '../../../lib/engine/redis/redis-keys.js';
import { readSamples } from '../../../lib/monitoring/metrics/prometheus-samples.js';
import { MonitorRounds } from '../../../lib/monitoring/rounds/monitor-rounds.js';
import { VigilTesting, VigilTestingModule } from '../../../lib/testing/index.js';
import { VIGIL_ENGINE } from '../../../lib/vigil.tokens.js';
import { eventually } from '../../support/eventually.js';
import { RecordedLogger } from '../../support/nest-apps.js';
import { describeWithRedis } from '../../support/redis-server.js';

const NOON = Date.UTC(2030, 0, 1, 12);
const BY = { actor: 'ada@example.org', reason: 'the books are closed' };
const NONE: CronFigures = { completed: 0, failed: 0, skipped: 0, missed: 0, lostLock: 0 };

/** What the lines say, of runs that are over. */
function told(records: readonly CronRecord[]): CronFigures {
  const of = (outcome: CronOutcome): number => records.filter((record) => record.outcome === outcome).length;
  return {
    ...{ completed: of('completed'), failed: of('failed'), skipped: of('skipped'), missed: of('missed') },
    lostLock: of('lost-lock'),
  };
}

async function figuresOf(app: INestApplicationContext, name: string): Promise<CronFigures | undefined> {
  return (await app.get(JobMetrics).types('hour', { name }))[0]?.cron;
}

async function seriesOf(app: INestApplicationContext, name: string): Promise<CronFigures> {
  const points = await app.get(JobMetrics).series({ name }, 60);
  const sum = { ...NONE };
  for (const { cron = NONE } of points)
    for (const key of Object.keys(sum) as (keyof CronFigures)[]) sum[key] += cron[key];
  return sum;
}

describe('the figures of cron entries', () => {
  let testing: TestingModule;
  let vigil: VigilTesting;
  let work: (run: CronRun) => Promise<void> | void = () => undefined;

  @Injectable()
  class Books {
    @Cron('*/5 * * * *', {
      ...{ name: 'reconcile', timeZone: 'UTC', maxRetries: 1, missed: 'latest' },
      backoff: { type: 'fixed', delay: '10s' },
    })
    async reconcile(run: CronRun): Promise<void> {
      await work(run);
    }
  }

  beforeEach(async () => {
    work = () => undefined;
    testing = await Test.createTestingModule({
      imports: [VigilTestingModule.forRoot({ startAt: NOON })],
      providers: [Books],
    }).compile();
    await testing.init();
    vigil = testing.get(VigilTesting);
    await vigil.run();
  });
  afterEach(() => testing.close());

  it('are what the history says, by window, minute by minute, and for good', async () => {
    const cron = testing.get(CronService);
    await vigil.advance('5m');
    work = ({ attempt }) => {
      if (attempt === 1) throw new Error('no connection');
    };
    await vigil.advance('5m');
    await vigil.advance('10s');
    let end: () => void = () => undefined;
    work = () => new Promise<void>((resolve) => (end = resolve));
    await vigil.advance('10m');
    end();
    work = () => undefined;
    await vigil.run();
    await cron.pause('reconcile', BY);
    await vigil.advance('17m');
    await cron.resume('reconcile', BY);
    await vigil.run();

    const figures = { ...NONE, completed: 4, failed: 1, skipped: 1, missed: 2 };
    expect(told(await cron.history('reconcile'))).toEqual(figures);
    expect(await figuresOf(testing, 'reconcile')).toEqual(figures);
    expect(await seriesOf(testing, 'reconcile')).toEqual(figures);
    const [point] = (await testing.get(JobMetrics).series({}, 60)).filter((each) => each.cron?.skipped);
    expect(point).toMatchObject({ at: NOON + 20 * 60_000, cron: { ...NONE, completed: 1, skipped: 1 } });
    expect((await testing.get(JobMetrics).types('minute'))[0].cron).toEqual({ ...NONE, completed: 1, missed: 2 });

    const samples = await readSamples({
      engine: testing.get<JobEngine>(VIGIL_ENGINE),
      metrics: testing.get(JobMetrics),
      alerts: testing.get(AlertService),
    });
    const totals = { completed: 4, failed: 1, skipped: 1, missed: 2, 'lost-lock': 0 };
    expect(samples.vigil_cluster_cron_outcomes_total).toEqual(
      Object.entries(totals).map(([outcome, total]) => [{ queue: 'default', job_name: 'reconcile', outcome }, total]),
    );
  });

  it('count more slots than the history has lines for', async () => {
    const cron = testing.get(CronService);
    await cron.pause('reconcile', BY);
    await vigil.advance('10h');
    await cron.resume('reconcile', BY);
    await vigil.run();
    expect(told(await cron.history('reconcile', { limit: 100 }))).toMatchObject({ missed: 99, completed: 1 });
    expect(await figuresOf(testing, 'reconcile')).toEqual({ ...NONE, completed: 1, missed: 119 });
  });
});

describeWithRedis('the figures of cron entries on two instances', (redis) => {
  jest.setTimeout(60_000);
  const open: INestApplicationContext[] = [];
  afterEach(async () => {
    for (const app of open.splice(0)) await app.close();
  });

  async function instances(prefix: string, entry: (n: number) => new () => object): Promise<void> {
    for (const n of [1, 2]) {
      const imports = [VigilModule.forRoot({ redis: redis().url, prefix, lease: '1s' })];
      const builder = Test.createTestingModule({ imports, providers: [entry(n)] });
      const app = await builder.setLogger(new RecordedLogger()).compile();
      open.push(app);
      await app.init();
    }
  }

  it('are what the history says from each of them, a lock that was lost included', async () => {
    const prefix = `cron-figures-${process.pid}`;
    const held = new RedisKeys(prefix).locks.held('reconcile');
    let runs = 0;
    const entry = (lock: LockChoice): new () => object => {
      @Injectable()
      class Books {
        @Cron('* * * * * *', { name: 'reconcile', lock, timeZone: 'UTC' })
        async reconcile(run: CronRun): Promise<void> {
          if (++runs === 1) {
            const stopped = new Promise<never>((_, reject) => {
              run.signal.addEventListener('abort', () => reject(new Error('stopped')));
            });
            await redis().connect().del(held);
            await stopped;
          }
          if (runs === 4) throw new Error('no books');
        }
      }
      return Books;
    };
    await instances(prefix, () => entry('redis'));
    const cron = open[0].get(CronService);
    const history = (): Promise<CronRecord[]> => cron.history('reconcile', { limit: 100 });
    await eventually(
      async () => {
        const { completed, failed, lostLock } = told(await history());
        expect({ lostLock, failed }).toEqual({ lostLock: 1, failed: 1 });
        expect(completed).toBeGreaterThanOrEqual(3);
      },
      { timeout: 30_000 },
    );
    await cron.pause('reconcile', BY);
    await eventually(async () => expect((await history()).every(({ outcome }) => outcome)).toBe(true));
    const figures = told(await history());
    for (const app of open) {
      expect(await figuresOf(app, 'reconcile')).toEqual(figures);
      expect(await seriesOf(app, 'reconcile')).toEqual(figures);
    }
  });

  it('are added up over them for entries with lock: false, and none is counted twice', async () => {
    const ran = [0, 0];
    const entry = (n: number): new () => object => {
      @Injectable()
      class Caches {
        @Cron('* * * * * *', { name: 'refresh', lock: false, maxRetries: 0 })
        refresh(): void {
          ran[n - 1]++;
          if (n === 2) throw new Error('no cache');
        }
      }
      return Caches;
    };
    await instances(`cron-local-${process.pid}`, entry);
    const ended = async (): Promise<CronFigures[]> =>
      Promise.all(open.map(async (app) => told(await app.get(CronService).history('refresh'))));
    await eventually(() => ran.every((runs) => runs >= 2), { timeout: 15_000 });
    const tell = async (): Promise<void> => {
      for (const app of open) await app.get(MonitorRounds).runOnce();
    };
    await tell();
    for (const app of open) await app.get(CronService).pause('refresh', BY);
    await eventually(async () => {
      const [first, second] = await ended();
      expect([first.completed, second.failed]).toEqual(ran);
      await tell();
      for (const app of open)
        expect(await figuresOf(app, 'refresh')).toMatchObject({ completed: ran[0], failed: ran[1] });
    });
  });
});
