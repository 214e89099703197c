import { Injectable } from '@nestjs/common';
import {
  Cron,
  CronRun,
  CronService,
  DeadLetterService,
  JobEvents,
  OnJobEvent,
  type JobEvent,
} from '../../../lib/index.js';
import { eventually } from '../../support/eventually.js';
import { memoryApps } from '../../support/nest-apps.js';

const start = memoryApps();

@Injectable()
class Caches {
  slots: number[] = [];
  broken = false;

  @Cron('* * * * * *', { name: 'refresh', lock: false })
  async refresh(run: CronRun): Promise<void> {
    expect(run.lock).toBeUndefined();
    this.slots.push(run.slot);
    if (this.broken) throw new Error('no cache');
  }
}

describe('an entry with lock: false', () => {
  it('runs each slot once in its process, with history and hand of its own', async () => {
    const { app } = await start({ providers: [Caches] });
    const caches = app.get(Caches);
    await eventually(() => caches.slots.length >= 2, { timeout: 8_000 });
    const cron = app.get(CronService);
    expect(await cron.list()).toMatchObject([{ name: 'refresh', lock: false }]);
    await cron.pause('refresh', { actor: 'ada', reason: 'quiet' });
    await eventually(async () => {
      const lines = await cron.history('refresh');
      expect(lines.length).toBeGreaterThanOrEqual(2);
      expect(lines.every(({ outcome }) => outcome !== undefined)).toBe(true);
    });
    const history = await cron.history('refresh');
    expect(new Set(history.map(({ slot }) => slot)).size).toBe(history.length);
    expect(history[0]).toMatchObject({ outcome: 'completed' });
  });

  it('leaves its dead runs where all dead letters are, from where they are replayed', async () => {
    const { app } = await start({ providers: [Caches] });
    const caches = app.get(Caches);
    caches.broken = true;
    const letters = app.get(DeadLetterService);
    await eventually(async () => (await letters.list()).items.length > 0, { timeout: 8_000 });
    const [letter] = (await letters.list()).items;
    expect(letter).toMatchObject({ name: 'refresh', errorMessage: 'no cache' });
    await app.get(CronService).pause('refresh', { actor: 'ada', reason: 'quiet' });
    caches.broken = false;
    const before = caches.slots.length;
    await letters.replay(letter.id, { actor: 'ada', reason: 'there is a cache again' });
    await eventually(() => caches.slots.length > before);
  });

  it('is heard of by the listeners of the application', async () => {
    const heard: string[] = [];
    @Injectable()
    class Pager {
      @OnJobEvent('job.completed', 'job.buried')
      tell({ type, name }: Extract<JobEvent, { name: string }>): void {
        heard.push(`${type} ${name}`);
      }
    }
    const { app } = await start({ providers: [Caches, Pager] });
    const all: string[] = [];
    const subscription = app
      .get(JobEvents)
      .stream()
      .subscribe(({ type }) => all.push(type));
    await eventually(() => expect(heard).toContain('job.completed refresh'), { timeout: 8_000 });
    app.get(Caches).broken = true;
    await eventually(() => expect(heard).toContain('job.buried refresh'), { timeout: 8_000 });
    expect(all).toEqual(expect.arrayContaining(['job.started', 'job.completed', 'job.buried']));
    subscription.unsubscribe();
  });
});
