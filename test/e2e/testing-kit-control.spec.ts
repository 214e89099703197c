import { Injectable, Logger, Module } from '@nestjs/common';
import { Test, type TestingModule } from '@nestjs/testing';
import { setTimeout as realTime } from 'node:timers/promises';
import { DeadLetterService, defineJob, Job, JobClient, JobContext, JobWorker, QueueService } from '../../lib/index.js';
import { VigilTesting, VigilTestingModule, type VigilTestingOptions } from '../../lib/testing/index.js';
import { RecordedLogger } from '../support/nest-apps.js';

const START = Date.parse('2030-01-01T00:00:00Z');
const foreignJob = defineJob<{ n: number }>('foreign', { queue: 'elsewhere' });

@Injectable()
class Work {
  readonly done: string[] = [];

  constructor(private readonly jobs: JobClient) {}

  @Job()
  async say(word: string): Promise<void> {
    this.done.push(word);
  }

  @Job()
  async countDown(n: number): Promise<void> {
    this.done.push(String(n));
    if (n > 0) await this.jobs.enqueue(Work, 'countDown', n - 1, n % 2 ? { delay: '1h' } : {});
  }

  @Job()
  async forever(): Promise<void> {
    await this.jobs.enqueue(Work, 'forever', undefined, { delay: 1 });
  }

  @Job()
  async io(): Promise<void> {
    await realTime(20);
    this.done.push('read');
  }

  @Job({ timeout: '10m', maxRetries: 2, backoff: { type: 'fixed', delay: '5m', jitter: 'none' } })
  async hang(_: void, ctx: JobContext): Promise<void> {
    this.done.push(`attempt ${ctx.attempt}`);
    await new Promise((_, reject) => ctx.signal.addEventListener('abort', () => reject(ctx.signal.reason as Error)));
  }

  @Job({ rateLimit: { max: 1, per: '1m' } })
  async limited(n: number): Promise<void> {
    this.done.push(String(n));
  }

  @Job({ maxRetries: 0 })
  async fail(word: string): Promise<void> {
    throw new Error(word);
  }
}

const open: TestingModule[] = [];
afterEach(async () => {
  jest.useRealTimers();
  for (const app of open.splice(0)) await app.close();
});

async function kit(options: VigilTestingOptions = { startAt: START }, init = false) {
  const imports = [VigilTestingModule.forRoot(options)];
  const app = await Test.createTestingModule({ imports, providers: [Work] }).compile();
  open.push(app);
  if (init) await app.init();
  return { app, jobs: app.get(JobClient), vigil: app.get(VigilTesting), work: app.get(Work) };
}

describe('nothing runs by itself', () => {
  it.each([
    ['before', false],
    ['after', true],
  ])('%s app.init()', async (_, init) => {
    const { app, jobs, vigil, work } = await kit({ startAt: START }, init);
    await jobs.enqueue(Work, 'say', 'a');
    await realTime(30);
    expect(work.done).toEqual([]);
    expect(app.get(JobWorker).state).toBe('idle');
    expect(await vigil.run()).toEqual({ completed: 1, retried: 0, buried: 0 });
    await jobs.enqueue(Work, 'say', 'b');
    await realTime(30);
    expect(work.done).toEqual(['a']);
    expect(await vigil.run()).toEqual({ completed: 1, retried: 0, buried: 0 });
    expect(work.done).toEqual(['a', 'b']);
  });
});

describe('enqueued()', () => {
  it('shows what waits or is scheduled, in its order, of all jobs or of one', async () => {
    const { jobs, vigil } = await kit();
    expect(await vigil.enqueued()).toEqual([]);
    await jobs.enqueue(Work, 'say', 'later', { delay: '1h' });
    await vigil.clock.advance(1);
    await jobs.enqueue(foreignJob, { n: 1 });
    await vigil.clock.advance(1);
    await jobs.enqueue(Work, 'say', 'now', { priority: 'high' });
    expect(await vigil.enqueued()).toMatchObject([
      { name: 'Work.say', state: 'scheduled', payload: 'later', dueAt: START + 3_600_000 },
      { name: 'foreign', queue: 'elsewhere', payload: { n: 1 } },
      { name: 'Work.say', state: 'waiting', payload: 'now', priority: 'high' },
    ]);
    expect(await vigil.enqueued(foreignJob)).toMatchObject([{ payload: { n: 1 } }]);
    expect(await vigil.enqueued(Work, 'say')).toMatchObject([{ payload: 'later' }, { payload: 'now' }]);
    await vigil.run();
    expect(await vigil.enqueued(Work, 'say')).toMatchObject([{ payload: 'later' }]);
    await expect(vigil.enqueued(Work, 'constructor' as never)).rejects.toMatchObject({ code: 'NOT_A_JOB' });
  });

  it('shows more than one page', async () => {
    const { jobs, vigil } = await kit();
    await jobs.enqueueMany(
      Work,
      'say',
      Array.from({ length: 250 }, (_, i) => String(i)),
    );
    expect((await vigil.enqueued(Work, 'say')).map(({ payload }) => payload)).toEqual(
      Array.from({ length: 250 }, (_, i) => String(i)),
    );
  });
});

describe('run()', () => {
  it('does what is due, and what that enqueues, but moves no time', async () => {
    const { jobs, vigil, work } = await kit();
    await jobs.enqueue(Work, 'countDown', 2);
    expect(await vigil.run()).toEqual({ completed: 2, retried: 0, buried: 0 });
    expect(work.done).toEqual(['2', '1']);
    expect(vigil.clock.now()).toBe(START);
    expect(await vigil.run()).toEqual({ completed: 0, retried: 0, buried: 0 });
  });

  it('waits for real I/O', async () => {
    const { jobs, vigil, work } = await kit();
    await jobs.enqueue(Work, 'io');
    await vigil.run();
    expect(work.done).toEqual(['read']);
  });

  it('counts what each call did, one after the other', async () => {
    const { jobs, vigil } = await kit();
    await jobs.enqueue(Work, 'say', 'a');
    await jobs.enqueue(Work, 'fail', 'b');
    const reports = await Promise.all([vigil.run(), vigil.run()]);
    expect(reports).toEqual([
      { completed: 1, retried: 0, buried: 1 },
      { completed: 0, retried: 0, buried: 0 },
    ]);
  });

  it('tells which job does not end, and the cure; time moved, it ends', async () => {
    const { jobs, vigil } = await kit();
    const { id } = await jobs.enqueue(Work, 'hang', undefined, { maxRetries: 0 });
    await expect(vigil.run()).rejects.toMatchObject({
      code: 'TESTING_STILL_RUNNING',
      message: `still running after 5 real seconds: Work.hang (${id}). If it waits for a timeout, move time: await vigil.advance('30s').`,
    });
    expect(await vigil.advance('10m')).toEqual({ completed: 0, retried: 0, buried: 1 });
  });

  it('works under the fake timers of jest', async () => {
    const { jobs, vigil, work } = await kit();
    jest.useFakeTimers();
    await jobs.enqueue(Work, 'countDown', 1);
    await vigil.drain();
    expect(work.done).toEqual(['1', '0']);
  });
});

describe('drain()', () => {
  it('moves time to whatever is due, until nothing is left', async () => {
    const { jobs, vigil, work } = await kit();
    await jobs.enqueue(Work, 'countDown', 5);
    expect(await vigil.drain()).toEqual({ completed: 6, retried: 0, buried: 0 });
    expect(work.done).toEqual(['5', '4', '3', '2', '1', '0']);
    expect(vigil.clock.now()).toBe(START + 3 * 3_600_000);
    expect(await vigil.enqueued()).toEqual([]);
  });

  it('moves time to whatever a rate limit lets through, and leaves what is paused', async () => {
    const { app, jobs, vigil, work } = await kit();
    await jobs.enqueueMany(Work, 'limited', [1, 2, 3]);
    expect(await vigil.drain()).toEqual({ completed: 3, retried: 0, buried: 0 });
    expect(work.done).toEqual(['1', '2', '3']);
    expect(vigil.clock.now()).toBe(START + 120_000);
    await jobs.enqueueMany(Work, 'limited', [4, 5]);
    await app.get(QueueService).pause('default', { actor: 'ada', reason: 'the bank is down' });
    expect(await vigil.drain()).toEqual({ completed: 0, retried: 0, buried: 0 });
    expect(await vigil.enqueued()).toHaveLength(2);
  });

  it('gives up on jobs that have no end, and says so', async () => {
    const { jobs, vigil } = await kit();
    Object.assign(vigil, { mostSteps: 50 });
    await jobs.enqueue(Work, 'forever');
    await expect(vigil.drain()).rejects.toMatchObject({
      code: 'TESTING_ENDLESS',
      message:
        'drain: after 50 steps of time there is still something scheduled. Jobs that enqueue each other have no end; use advance().',
    });
    await expect(vigil.run()).resolves.toMatchObject({ buried: 0 });
  });
});

describe('advance()', () => {
  it('lets delays, timeouts and retries happen at their own times', async () => {
    const { jobs, vigil, work } = await kit();
    const { id } = await jobs.enqueue(Work, 'hang');
    expect(await vigil.advance('599s')).toEqual({ completed: 0, retried: 0, buried: 0 });
    expect(await vigil.advance('1s')).toEqual({ completed: 0, retried: 1, buried: 0 });
    expect(await jobs.get(id)).toMatchObject({ state: 'scheduled', dueAt: START + 15 * 60_000 });
    expect(await vigil.advance('30m')).toEqual({ completed: 0, retried: 1, buried: 1 });
    expect(work.done).toEqual(['attempt 1', 'attempt 2', 'attempt 3']);
    expect(await vigil.deadLetters()).toMatchObject([{ id, reason: 'timeout', buriedAt: START + 40 * 60_000 }]);
  });

  it('refuses what is no duration', async () => {
    const { vigil } = await kit();
    await expect(vigil.advance('soon' as never)).rejects.toMatchObject({ code: 'DURATION_INVALID' });
    expect(await vigil.run()).toEqual({ completed: 0, retried: 0, buried: 0 });
  });
});

describe('deadLetters()', () => {
  it('shows what was buried, newest first, with payload and history, over all queues and pages', async () => {
    const { app, jobs, vigil } = await kit();
    const words = Array.from({ length: 120 }, (_, i) => `word ${i}`);
    await jobs.enqueueMany(Work, 'fail', words);
    await vigil.run();
    const letters = await vigil.deadLetters();
    expect(letters.map(({ payload }) => payload)).toEqual([...words].reverse());
    expect(letters[0]).toMatchObject({ errorMessage: 'word 119', history: [{ error: { message: 'word 119' } }] });
    await app.get(DeadLetterService).resolve(letters[0].id, { actor: 'ada', reason: 'seen' });
    expect(await vigil.deadLetters()).toHaveLength(119);
  });
});

describe('the options of the kit', () => {
  it('hold: the start of time, defaults, sizes', async () => {
    const { jobs, vigil } = await kit({
      startAt: new Date(START),
      defaults: { maxRetries: 1, backoff: { type: 'fixed', delay: '2h', jitter: 'none' }, owner: 'me' },
      maxPayloadBytes: 10,
    });
    expect(vigil.clock.now()).toBe(START);
    await jobs.enqueue(Work, 'hang', undefined, { timeout: '1m', maxRetries: 0 });
    await vigil.advance('1m');
    expect(await vigil.deadLetters()).toMatchObject([{ owner: 'me' }]);
    await expect(jobs.enqueue(Work, 'say', '12345678901')).rejects.toMatchObject({ code: 'PAYLOAD_TOO_LARGE' });
  });

  it('keep the log of the library quiet, unless it is wanted', async () => {
    const warn = jest.spyOn(Logger.prototype, 'warn').mockReturnValue();
    const log = jest.spyOn(Logger.prototype, 'log').mockReturnValue();
    for (const [logs, lines] of [
      [false, 0],
      [true, 1],
    ] as const) {
      const { jobs, vigil } = await kit({ logs });
      await jobs.enqueue(Work, 'hang', undefined, { maxRetries: 1, timeout: '1m' });
      await vigil.advance('1m');
      expect(warn.mock.calls.filter(([line]) => String(line).startsWith('job retry:'))).toHaveLength(lines);
    }
    expect(log).toHaveBeenCalled();
    jest.restoreAllMocks();
  });

  it('are checked: one that is none is refused', async () => {
    await expect(kit({ redis: '' } as never)).rejects.toMatchObject({ code: 'VIGIL_OPTIONS_INVALID' });
    await expect(kit({ default: {} } as never)).rejects.toMatchObject({ code: 'VIGIL_OPTIONS_INVALID' });
  });
});

describe('a kit that is not global', () => {
  it('is seen only where it is imported', async () => {
    @Injectable()
    class Producer {
      constructor(readonly jobs: JobClient) {}
    }
    @Module({ providers: [Producer] })
    class ProducerModule {}
    const compile = (isGlobal: boolean) =>
      Test.createTestingModule({ imports: [VigilTestingModule.forRoot({ isGlobal }), ProducerModule] })
        .setLogger(new RecordedLogger())
        .compile();
    await expect(compile(false)).rejects.toThrow('JobClient');
    open.push(await compile(true));
  });
});
