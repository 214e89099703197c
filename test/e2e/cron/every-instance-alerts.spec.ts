import { Injectable } from '@nestjs/common';
import { AlertService, Cron, CronRun, CronService, DeadLetterService } from '../../../lib/index.js';
import type { JobEngine } from '../../../lib/engine/engine.port.js';
import { LocalLane } from '../../../lib/scheduler/local-lane.js';
import { eventually } from '../../support/eventually.js';
import { memoryApps } from '../../support/nest-apps.js';

const start = memoryApps();
const BY = { actor: 'ada', reason: 'there is a cache again' };
const EVERY_SECOND = '* * * * * *';

describe('what happens to an entry with lock: false', () => {
  it('is told where all alerts are, and its dead runs are moved there, not copied', async () => {
    @Injectable()
    class Caches {
      @Cron(EVERY_SECOND, { name: 'broken', lock: false })
      break(): void {
        throw new Error('no cache');
      }

      @Cron(EVERY_SECOND, { name: 'long', lock: false })
      async last({ signal }: CronRun): Promise<void> {
        await new Promise((done) => signal.addEventListener('abort', done));
      }
    }
    const { app, logger } = await start(
      { providers: [Caches] },
      { alerts: {}, sweepInterval: '100ms', shutdownGrace: '10ms' },
    );
    await eventually(
      async () => {
        const told = (await app.get(AlertService).list()).map(({ rule, name }) => `${rule} ${name}`);
        expect(told).toEqual(expect.arrayContaining(['job-buried broken', 'cron long']));
      },
      { timeout: 10_000 },
    );
    expect(logger.of('error')).toContainEqual(expect.stringMatching(/^cron skipped: queue=default data=.*"long"/));
    await app.get(CronService).pause('broken', BY);
    await app.get(CronService).pause('long', BY);
    const local = app.get(LocalLane, { strict: false }).lane.store as JobEngine;
    await eventually(async () => {
      expect((await local.deadLetters({}, 10)).items).toEqual([]);
      expect(await local.takeAlerts('default', 10, 1)).toEqual([]);
    });
    expect((await app.get(DeadLetterService).list()).items.length).toBeGreaterThan(0);
  });

  it('is recorded to its end when a dead run is replayed', async () => {
    @Injectable()
    class Caches {
      broken = true;

      @Cron(EVERY_SECOND, { name: 'refresh', lock: false })
      refresh(): void {
        if (this.broken) throw new Error('no cache');
      }
    }
    const { app, logger } = await start({ providers: [Caches] });
    const letters = app.get(DeadLetterService);
    await eventually(async () => (await letters.list()).items.length > 0, { timeout: 8_000 });
    await app.get(CronService).pause('refresh', BY);
    app.get(Caches).broken = false;
    const [{ id }] = (await letters.list()).items;
    await letters.replay(id, BY);
    await eventually(() => {
      const ended = logger.of('log').filter((line) => line.includes('cron completed: name=refresh'));
      expect(ended).toHaveLength(1);
    });
  });

  it('is nothing on a queue that the worker does not have', async () => {
    const ran: string[] = [];
    @Injectable()
    class Caches {
      @Cron(EVERY_SECOND, { name: 'elsewhere', lock: false, queue: 'elsewhere' })
      elsewhere(): void {
        ran.push('elsewhere');
      }

      @Cron(EVERY_SECOND, { name: 'here', lock: false })
      here(): void {
        ran.push('here');
      }
    }
    const { app } = await start({ providers: [Caches] }, { worker: { queues: { default: 2 } } });
    await eventually(() => ran.filter((name) => name === 'here').length >= 3, { timeout: 8_000 });
    expect(ran).not.toContain('elsewhere');
    expect((await app.get(CronService).list()).map(({ name }) => name)).toEqual(['here']);
  });
});
