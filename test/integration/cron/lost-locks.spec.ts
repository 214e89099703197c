import { Injectable, type INestApplicationContext } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import {
  Cron,
  CronRun,
  CronService,
  VigilModule,
  type CronRecord,
  type LockChoice,
  type VigilOptions,
} from '../../../lib/index.js';
import { RedisKeys } from '../../../lib/engine/redis/redis-keys.js';
import { eventually } from '../../support/eventually.js';
import { RecordedLogger } from '../../support/nest-apps.js';
import { describeWithPostgres } from '../../support/postgres-server.js';
import { describeWithRedis, type RedisServer } from '../../support/redis-server.js';

const NAME = 'reconcile';

interface Stage {
  /** Attempts that began, by slot, over all instances. */
  readonly began: { slot: number; attempt: number; instance: number }[];
  readonly effects: number[];
  readonly reasons: unknown[];
  lose?: () => Promise<unknown>;
}

/** An entry for every second, whose first run loses its lock in mid-run. */
function books(stage: Stage, lock: LockChoice, instance: number): new () => object {
  @Injectable()
  class Books {
    @Cron('* * * * * *', { name: NAME, lock, timeZone: 'UTC' })
    async reconcile(run: CronRun): Promise<void> {
      stage.began.push({ slot: run.slot, attempt: run.attempt, instance });
      await run.step('charge', () => stage.effects.push(run.slot));
      const { lose } = stage;
      if (!lose) return;
      stage.lose = undefined;
      const stopped = new Promise<never>((_, reject) => {
        run.signal.addEventListener('abort', () => {
          stage.reasons.push(run.signal.reason);
          reject(new Error('stopped'));
        });
      });
      await lose();
      await stopped;
    }
  }
  return Books;
}

const open: INestApplicationContext[] = [];
let prefixes = 0;

async function twoInstances(
  redis: RedisServer,
  stage: Stage,
  lock: LockChoice,
  options: VigilOptions = {},
): Promise<{ cron: CronService; prefix: string }> {
  const prefix = `cron-${process.pid}-${++prefixes}`;
  for (const instance of [1, 2]) {
    const vigil = VigilModule.forRoot({ redis: redis.url, prefix, lease: '1s', ...options });
    const testing = Test.createTestingModule({ imports: [vigil], providers: [books(stage, lock, instance)] }).setLogger(
      new RecordedLogger(),
    );
    const app = await testing.compile();
    open.push(app);
    await app.init();
  }
  return { cron: open[0].get(CronService), prefix };
}

async function expectTheSlotAgain(stage: Stage, cron: CronService): Promise<void> {
  const lost = await eventually(
    async () => (await history(cron)).find(({ outcome }) => outcome === 'lost-lock') ?? false,
    {
      timeout: 15_000,
    },
  );
  const { slot } = lost as CronRecord;
  await eventually(
    async () => (await history(cron)).some((record) => record.slot === slot && record.outcome === 'completed'),
    { timeout: 15_000 },
  );
  expect(stage.reasons).toMatchObject([{ code: 'LOCK_LOST' }]);
  expect(stage.began.filter((run) => run.slot === slot).map(({ attempt }) => attempt)).toEqual([1, 2]);
  expect(stage.effects.filter((effect) => effect === slot)).toHaveLength(1);
}

function history(cron: CronService): Promise<CronRecord[]> {
  return cron.history(NAME, { limit: 100 });
}

function stageWith(): Stage {
  return { began: [], effects: [], reasons: [] };
}

describeWithRedis('a run on two instances', (redis) => {
  jest.setTimeout(60_000);
  afterEach(async () => {
    for (const app of open.splice(0)) await app.close();
  });

  it('comes once a slot', async () => {
    const stage = stageWith();
    const { cron } = await twoInstances(redis(), stage, 'redis');
    await eventually(() => stage.began.length >= 4, { timeout: 15_000 });
    const slots = stage.began.map(({ slot }) => slot);
    expect(new Set(slots).size).toBe(slots.length);
    const records = await history(cron);
    expect(new Set(records.map(({ slot }) => slot)).size).toBe(records.length);
  });

  it('whose lock on Redis is removed by hand stops, and its slot is tried again', async () => {
    const stage = stageWith();
    const { cron, prefix } = await twoInstances(redis(), stage, 'redis');
    stage.lose = () => redis().connect().del(new RedisKeys(prefix).locks.held(NAME));
    await expectTheSlotAgain(stage, cron);
  });

  describeWithPostgres('with its lock in PostgreSQL', (postgres) => {
    it('stops when the server ends its connection, and its slot is tried again', async () => {
      const stage = stageWith();
      const connectionString = postgres().url;
      const { cron } = await twoInstances(redis(), stage, 'postgres', { locks: { postgres: { connectionString } } });
      const client = await postgres().connect();
      // Of both instances: the one that runs has the lock.
      stage.lose = () =>
        client.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'nestjs-vigil'");
      await expectTheSlotAgain(stage, cron);
      await client.end();
    });
  });
});
