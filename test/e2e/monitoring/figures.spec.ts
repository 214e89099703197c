import { Injectable, Module, type INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import {
  Job,
  JobClient,
  JobMetrics,
  NonRetryableJobError,
  VigilModule,
  type VigilOptions,
} from '../../../lib/index.js';
import { MonitorRounds } from '../../../lib/monitoring/rounds/monitor-rounds.js';
import { eventually } from '../../support/eventually.js';
import { memoryApps } from '../../support/nest-apps.js';
import { describeWithRedis } from '../../support/redis-server.js';

/** What the handlers themselves say. */
const own = { completed: 0, failed: 0, dead: 0 };

@Injectable()
class Shop {
  @Job({ name: 'shop.pack', queue: 'shop', maxRetries: 3, backoff: { type: 'fixed', delay: '10ms', jitter: 'none' } })
  async pack({ n }: { n: number }, { attempt }: { attempt: number }): Promise<void> {
    if (n % 10 === 3 && attempt === 1) {
      own.failed++;
      throw new Error('the tape is torn');
    }
    if (n % 10 === 7) {
      own.failed++;
      own.dead++;
      throw new NonRetryableJobError('no such article');
    }
    own.completed++;
  }
}

beforeEach(() => Object.assign(own, { completed: 0, failed: 0, dead: 0 }));

async function load(jobs: JobClient, count: number): Promise<void> {
  await jobs.enqueueMany(
    Shop,
    'pack',
    Array.from({ length: count }, (_, n) => ({ n })),
  );
}

/** Until all is done, and the handlers' own count is what is told everywhere. */
async function agree(apps: readonly INestApplicationContext[], accepted: number): Promise<void> {
  const metrics = apps.map((app) => app.get(JobMetrics));
  await eventually(async () => {
    const days = await Promise.all(metrics.map((each) => each.today()));
    expect(days.map(({ processed, failed, buried, dead }) => ({ processed, failed, buried, dead }))).toEqual(
      days.map(() => ({ processed: own.completed, failed: own.failed, buried: own.dead, dead: own.dead })),
    );
    expect(own.completed + own.dead).toBe(accepted);
  });
  const [types, ...others] = await Promise.all(metrics.map((each) => each.types('today')));
  const counts = types.map(({ completed, failed, retried, processing }) => ({
    ...{ completed, failed, retried, ran: processing.count },
  }));
  expect(counts).toEqual([
    {
      ...{ completed: own.completed, failed: own.failed, retried: own.failed - own.dead },
      ran: own.completed + own.failed,
    },
  ]);
  for (const other of others) {
    expect(other.map(({ processing, buriedByReason, depth }) => ({ processing, buriedByReason, depth }))).toEqual(
      types.map(({ processing, buriedByReason, depth }) => ({ processing, buriedByReason, depth })),
    );
  }
  for (const app of apps) await app.get(MonitorRounds).runOnce();
  const [{ waiting }] = await metrics[0].types('today');
  expect(waiting.count).toBe(accepted);
  expect((await metrics[0].checkLedger('shop')).findings).toEqual([]);
}

describe('the figures of an application in memory', () => {
  const start = memoryApps();

  it('are what its handlers counted', async () => {
    const { app, jobs } = await start({ providers: [Shop] });
    await load(jobs, 200);
    await agree([app], 200);
  });
});

describeWithRedis('the figures of several applications on one Redis', (redis) => {
  it('are the same from each of them, and what their handlers counted under load', async () => {
    const options: VigilOptions = { redis: redis().url, prefix: `figures-${process.pid}` };
    const start = async (more: VigilOptions): Promise<INestApplicationContext> => {
      @Module({ imports: [VigilModule.forRoot({ ...options, ...more })], providers: [Shop] })
      class App {}
      return NestFactory.createApplicationContext(App, { logger: false });
    };
    const apps = await Promise.all([start({}), start({ worker: { concurrency: 5 } }), start({ worker: false })]);
    try {
      await Promise.all([load(apps[2].get(JobClient), 1_000), load(apps[0].get(JobClient), 500)]);
      await agree(apps, 1_500);
      const force = await apps[2].get(JobMetrics).workforce();
      expect(force).toMatchObject({ workers: 2, slots: 55 });
    } finally {
      for (const app of apps) await app.close();
    }
  });
});
