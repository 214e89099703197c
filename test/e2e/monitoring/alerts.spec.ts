import { Inject, Injectable, Module, type INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import {
  AlertService,
  Job,
  JobClient,
  NonRetryableJobError,
  VigilModule,
  type AlertChannel,
  type AlertNotice,
  type VigilOptions,
} from '../../../lib/index.js';
import { ManualClock } from '../../../lib/testing/manual-clock.js';
import { VIGIL_CLOCK } from '../../../lib/vigil.tokens.js';
import { eventually } from '../../support/eventually.js';
import { memoryApps } from '../../support/nest-apps.js';
import { describeWithRedis } from '../../support/redis-server.js';

const HEARD = Symbol('heard');

@Injectable()
class Pager implements AlertChannel {
  readonly name = 'pager';

  constructor(@Inject(HEARD) private readonly heard: AlertNotice[]) {}

  async send(notice: AlertNotice): Promise<void> {
    this.heard.push(notice);
  }
}

@Injectable()
class Throws implements AlertChannel {
  readonly name = 'throws';

  send(): Promise<void> {
    throw new Error('never');
  }
}

@Injectable()
class Hangs implements AlertChannel {
  readonly name = 'hangs';

  send(): Promise<void> {
    return new Promise(() => undefined);
  }
}

@Injectable()
class Mail {
  @Job({ name: 'mail.send', queue: 'mail', owner: 'post office', runbook: 'https://wiki.example.org/mail' })
  async send({ to }: { to: string }): Promise<void> {
    if (to === '') throw new NonRetryableJobError('nobody to send it to');
  }
}

describe('the alerts of an application in memory', () => {
  const start = memoryApps();

  it('go to a channel of its own, with owner and runbook', async () => {
    const heard: AlertNotice[] = [];
    const providers = [Mail, Pager, { provide: HEARD, useValue: heard }];
    const clock = new ManualClock();
    const { app, jobs, logger } = await start(
      { providers },
      { alerts: { channels: [Pager] }, arrange: (builder) => builder.overrideProvider(VIGIL_CLOCK).useValue(clock) },
    );
    const { id } = await jobs.enqueue(Mail, 'send', { to: '' });
    await clock.advance('20s');
    expect(heard).toHaveLength(1);
    expect(heard[0]).toMatchObject({
      ...{ rule: 'job-buried', state: 'firing', count: 1, samples: [id], owner: 'post office' },
      ...{ runbook: 'https://wiki.example.org/mail', lastError: 'NonRetryableJobError: nobody to send it to' },
    });
    expect(await app.get(AlertService).test()).toEqual([{ channel: 'log' }, { channel: 'pager' }]);
    expect(logger.of('error').filter((line) => line.startsWith('alert firing: rule=job-buried'))).toHaveLength(1);
  });

  it('keep the application from starting where a channel is nobody', async () => {
    const options: VigilOptions = { alerts: { channels: [Pager] } };
    await expect(start({ providers: [Mail] }, options)).rejects.toThrow(/Pager/);
    await expect(
      start({ providers: [Mail, Throws] }, { alerts: { channels: [Throws, Throws] } }),
    ).rejects.toMatchObject({ code: 'ALERT_CHANNEL_INVALID' });
    for (const alerts of [{ rules: { dept: {} } }, { channels: [{ webhook: 'ftp://x' }] }, { repeat: '1s' }])
      await expect(start({}, { alerts: alerts as VigilOptions['alerts'] })).rejects.toMatchObject({
        code: 'VIGIL_OPTIONS_INVALID',
      });
  });

  it('are none when they are switched off', async () => {
    const { app, jobs, logger } = await start({ providers: [Mail] }, { alerts: false });
    await jobs.enqueue(Mail, 'send', { to: '' });
    await eventually(() => expect(logger.of('error').some((line) => line.startsWith('job buried:'))).toBe(true));
    expect(await app.get(AlertService).list()).toEqual([]);
  });
});

describeWithRedis('the alerts of several applications on one Redis', (redis) => {
  it('are told once, whichever of them sees it, whatever other channels do, and jobs run on', async () => {
    const heard: AlertNotice[] = [];
    const options: VigilOptions = {
      ...{ redis: redis().url, prefix: `alerts-${process.pid}` },
      alerts: { channels: [Throws, Hangs, Pager] },
    };
    const start = async (more: VigilOptions): Promise<INestApplicationContext> => {
      @Module({
        imports: [VigilModule.forRoot({ ...options, ...more })],
        providers: [Mail, Pager, Throws, Hangs, { provide: HEARD, useValue: heard }],
      })
      class App {}
      return NestFactory.createApplicationContext(App, { logger: false });
    };
    const apps = await Promise.all([start({}), start({}), start({ worker: false })]);
    try {
      const jobs = apps[2].get(JobClient);
      await jobs.enqueueMany(Mail, 'send', [...Array(40).fill({ to: '' }), ...Array(20).fill({ to: 'ada' })] as {
        to: string;
      }[]);
      await eventually(() => expect(heard.length).toBeGreaterThan(0), { timeout: 20_000 });
      const { id } = await jobs.enqueue(Mail, 'send', { to: 'bob' }, { idempotencyKey: 'b' });
      await eventually(async () => expect((await jobs.get(id))?.state).toBe('completed'));
      const all = [
        ['failure-rate', 40],
        ['job-buried', 40],
      ];
      // Each in its round; a busy machine may take several.
      await eventually(
        async () => {
          const lists = await Promise.all(apps.map((app) => app.get(AlertService).list()));
          expect(lists.map((list) => list.map(({ rule, count }) => [rule, count]).sort())).toEqual([all, all, all]);
        },
        { timeout: 20_000 },
      );
      const told = (): string[] => heard.map(({ rule, state }) => `${state} ${rule}`);
      await eventually(
        () => expect(told()).toEqual(expect.arrayContaining(['firing job-buried', 'firing failure-rate'])),
        {
          timeout: 20_000,
        },
      );
      expect(told().filter((each) => each === 'firing job-buried')).toHaveLength(1);
      // As many as there were when it was told; the rest are counted, not told again.
      expect(heard.find(({ rule }) => rule === 'job-buried')?.count).toBeGreaterThan(0);
    } finally {
      for (const app of apps) await app.close();
    }
  }, 60_000);
});
