import { Injectable, type LoggerService } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { Job, JobClient, JobEvents, OnJobEvent, VigilModule, type JobEvent } from '../../../lib/index.js';
import { eventually } from '../../support/eventually.js';
import { memoryApps } from '../../support/nest-apps.js';

const start = memoryApps();
const WAIT = { timeout: '5s' } as const;

@Injectable()
class Mails {
  @Job({ maxRetries: 0, keepResult: true })
  async send(to: string): Promise<string> {
    if (to === '') throw new Error('no address');
    return `sent to ${to}`;
  }
}

describe('a listener', () => {
  it('hears of the events that it names, of each once, and the stream of all', async () => {
    const heard: string[] = [];
    @Injectable()
    class Base {
      @OnJobEvent('job.completed')
      tell(event: JobEvent): void {
        heard.push(`base ${event.type}`);
      }
    }
    @Injectable()
    class Pager extends Base {
      @OnJobEvent('job.completed', 'job.buried')
      override tell(event: JobEvent): void {
        heard.push(event.type);
      }
    }
    const { app, jobs } = await start({ providers: [Mails, Pager, { provide: 'ALIAS', useExisting: Pager }] });
    const all: string[] = [];
    const subscription = app
      .get(JobEvents)
      .stream()
      .subscribe(({ type }) => all.push(type));
    await jobs.waitFor(await jobs.enqueue(Mails, 'send', 'ada'), WAIT);
    await expect(jobs.waitFor(await jobs.enqueue(Mails, 'send', ''), WAIT)).rejects.toMatchObject({ code: 'JOB_DEAD' });
    await eventually(() => expect(heard).toEqual(['job.completed', 'job.buried']));
    expect(all.filter((type) => !type.startsWith('worker.'))).toEqual([
      ...['job.enqueued', 'job.started', 'job.completed', 'job.enqueued', 'job.started', 'job.buried'],
    ]);
    subscription.unsubscribe();
  });

  it.each([
    [
      'throws',
      (error: Error): unknown => {
        throw error;
      },
    ],
    ['rejects', (error: Error): unknown => Promise.reject(error)],
    [
      'rejects with a promise of another library',
      (error: Error): unknown => ({
        then: (_: unknown, failed?: (reason: Error) => void) => failed?.(error),
      }),
    ],
  ])('that %s hurts no job; the log names event and job, and no secret', async (_, fail) => {
    @Injectable()
    class Pager {
      @OnJobEvent('job.completed')
      tell(): unknown {
        return fail(new Error('no pager at https://ada:hunter2@pager.test, password=hunter3'));
      }
    }
    const { jobs, logger } = await start({ providers: [Mails, Pager] });
    const receipt = await jobs.enqueue(Mails, 'send', 'ada');
    expect(await jobs.waitFor(receipt, WAIT)).toBe('sent to ada');
    await eventually(() =>
      expect(logger.of('error')).toEqual([
        `listener failed: event=job.completed id=${receipt.id} name=Mails.send error="Error: no pager at https://[redacted]@pager.test, password=[redacted]"`,
      ]),
    );
  });
});

describe('a logger that throws', () => {
  it('costs neither a job nor an alert nor the process', async () => {
    let broken = false;
    let failures = 0;
    const write = (): void => {
      if (!broken) return;
      failures++;
      throw new Error('the log is full');
    };
    const logger: LoggerService = { log: write, warn: write, error: write };
    @Injectable()
    class Pager {
      @OnJobEvent('job.buried')
      tell(): void {
        throw new Error('no pager');
      }
    }
    const app = await Test.createTestingModule({ imports: [VigilModule.forRoot()], providers: [Mails, Pager] })
      .setLogger(logger)
      .compile();
    await app.init();
    broken = true;
    try {
      const jobs = app.get(JobClient);
      const dead = await jobs.enqueue(Mails, 'send', '');
      await expect(jobs.waitFor(dead, WAIT)).rejects.toMatchObject({ code: 'JOB_DEAD' });
      expect(await jobs.waitFor(await jobs.enqueue(Mails, 'send', 'ada'), WAIT)).toBe('sent to ada');
      await eventually(() => expect(failures).toBeGreaterThan(1));
    } finally {
      broken = false;
      await app.close();
    }
  });
});
