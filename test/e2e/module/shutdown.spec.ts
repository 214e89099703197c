import { Injectable, Module, type OnApplicationShutdown, type OnModuleDestroy } from '@nestjs/common';
import { Test, type TestingModuleBuilder } from '@nestjs/testing';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import {
  Job,
  JobClient,
  JobContext,
  JobEvents,
  JobWorker,
  VigilModule,
  type EnqueueReceipt,
  type JobEvent,
  type VigilOptions,
} from '../../../lib/index.js';
import type { JobEngine } from '../../../lib/engine/engine.port.js';
import { ManualClock } from '../../../lib/testing/index.js';
import { VIGIL_CLOCK, VIGIL_ENGINE } from '../../../lib/vigil.tokens.js';
import { eventually } from '../../support/eventually.js';
import { memoryApps, RecordedLogger } from '../../support/nest-apps.js';

const start = memoryApps();

/** What happened, in its order. */
@Injectable()
class Diary extends Array<string> {}

@Injectable()
class Database implements OnModuleDestroy, OnApplicationShutdown {
  private isOpen = true;
  constructor(private readonly diary: Diary) {}

  write(text: string): void {
    this.diary.push(this.isOpen ? text : `${text} without a database`);
  }

  onModuleDestroy(): void {
    this.isOpen = false;
    this.diary.push('database closed');
  }

  onApplicationShutdown(): void {
    this.diary.push('shut down');
  }
}

@Injectable()
class Work {
  finish: () => void = () => undefined;
  followUp: EnqueueReceipt | undefined;
  signal: AbortSignal | undefined;
  private readonly gate = new Promise<void>((resolve) => (this.finish = resolve));

  constructor(
    private readonly database: Database,
    private readonly jobs: JobClient,
  ) {}

  @Job({ keepResult: true })
  async run(): Promise<void> {
    this.database.write('began');
    await this.gate;
    this.followUp = await this.jobs.enqueue(Work, 'next');
    this.database.write('done');
  }

  @Job()
  async next(): Promise<void> {
    this.database.write('next');
  }

  @Job({ maxRetries: 0 })
  async stubborn(_: void, ctx: JobContext): Promise<void> {
    this.database.write('stubborn');
    this.signal = ctx.signal;
    await this.gate;
  }
}

@Module({ providers: [Database, Diary], exports: [Database, Diary] })
class DatabaseModule {}
@Module({ imports: [DatabaseModule], providers: [Work] })
class WorkModule {}

async function startWork(options: { shutdownGrace?: number } = {}) {
  const { app, jobs } = await start({ imports: [WorkModule] }, options);
  const diary = app.get(Diary, { strict: false });
  const events: JobEvent[] = [];
  app
    .get(JobEvents)
    .stream()
    .subscribe((event) => events.push(event));
  return { app, jobs, diary, events, work: app.get(Work, { strict: false }) };
}

describe('app.close()', () => {
  it('lets what runs end before anything is taken from under it, and begins nothing more', async () => {
    const { app, jobs, diary, work } = await startWork();
    await jobs.enqueue(Work, 'run');
    await eventually(() => diary.includes('began'));
    const closing = app.close();
    await eventually(() => app.get(JobWorker).state === 'draining');
    const late = await jobs.enqueue(Work, 'next');
    expect(late).toMatchObject({ status: 'created', state: 'waiting' });
    work.finish();
    await closing;
    expect([...diary]).toEqual(['began', 'done', 'database closed', 'shut down']);
    expect(app.get(JobWorker).state).toBe('stopped');
  });

  it('lets handlers enqueue while they are drained', async () => {
    const { app, jobs, diary, work } = await startWork();
    await jobs.enqueue(Work, 'run');
    await eventually(() => diary.includes('began'));
    const engine = app.get<JobEngine>(VIGIL_ENGINE);
    const close = jest.spyOn(engine, 'close').mockResolvedValue();
    const closing = app.close();
    await eventually(() => app.get(JobWorker).state === 'draining');
    work.finish();
    await closing;
    expect(work.followUp).toMatchObject({ status: 'created' });
    expect(await jobs.get(work.followUp?.id ?? '')).toMatchObject({ state: 'waiting', attempt: 0 });
    expect(diary).not.toContain('next');
    close.mockRestore();
    await engine.close();
  });

  it('gives back what does not end within the grace, uncounted, and aborts it', async () => {
    const { app, jobs, diary, events, work } = await startWork({ shutdownGrace: 50 });
    const { id } = await jobs.enqueue(Work, 'stubborn');
    await eventually(() => diary.includes('stubborn'));
    const engine = app.get<JobEngine>(VIGIL_ENGINE);
    const close = jest.spyOn(engine, 'close').mockResolvedValue();
    await app.close();
    expect(work.signal?.reason).toMatchObject({ code: 'WORKER_STOPPING' });
    expect(events).toContainEqual(expect.objectContaining({ type: 'job.released', id, why: 'shutdown' }));
    expect(await jobs.get(id)).toMatchObject({ state: 'waiting', failures: 0, stalls: 0 });
    work.finish();
    close.mockRestore();
    await engine.close();
  });

  it('may be called again, and ends the module: what is asked afterwards is refused by name', async () => {
    const { app, jobs } = await startWork();
    await Promise.all([app.close(), app.close()]);
    await app.close();
    await expect(jobs.enqueue(Work, 'run')).rejects.toMatchObject({
      code: 'ENGINE_UNAVAILABLE',
      message: expect.stringContaining('closed'),
    });
  });

  it('ends an application that only enqueues, and one that never began', async () => {
    const { app } = await start({ imports: [WorkModule] }, { worker: false });
    await expect(app.close()).resolves.toBeUndefined();
    const builder = Test.createTestingModule({ imports: [VigilModule.forRoot({ isGlobal: true }), WorkModule] });
    const unborn = await builder.setLogger(new RecordedLogger()).compile();
    await expect(unborn.close()).resolves.toBeUndefined();
  });
});

describe('a worker whose process is stopped without a word', () => {
  afterEach(() => jest.restoreAllMocks());

  async function warnings(listeners: number, options: VigilOptions = {}): Promise<string[]> {
    jest.spyOn(process, 'listenerCount').mockReturnValue(listeners);
    const clock = new ManualClock();
    const arrange = (builder: TestingModuleBuilder) => builder.overrideProvider(VIGIL_CLOCK).useValue(clock);
    const { logger } = await start({ imports: [WorkModule] }, { ...options, arrange });
    await clock.advance('5s');
    return logger.of('warn').filter((line) => line.includes('SIGTERM'));
  }

  it('is warned of that, once, unless somebody listens or nothing would be cut off', async () => {
    expect(await warnings(0)).toEqual([expect.stringContaining('Call app.enableShutdownHooks() in main.ts.')]);
    expect(await warnings(1)).toEqual([]);
    expect(await warnings(0, { worker: false })).toEqual([]);
  });
});

describe('nothing is left behind', () => {
  const timers = (): number => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;

  it('by an application that was closed: no timer', async () => {
    const before = timers();
    const { app, jobs, diary, work } = await startWork();
    await jobs.enqueue(Work, 'next', undefined, { delay: '1h' });
    const { id } = await jobs.enqueue(Work, 'run');
    await eventually(() => diary.includes('began'));
    const waiting = jobs.waitFor(id, { timeout: '1h' }).catch((error: unknown) => error);
    expect(timers()).toBeGreaterThan(before);
    work.finish();
    await waiting;
    await app.close();
    expect(timers()).toBe(before);
  });

  it('by a boot that failed: the store is closed', async () => {
    @Injectable()
    class Bad {
      @Job({ maxRetries: -1 })
      async run(): Promise<void> {}
    }
    const builder = Test.createTestingModule({ imports: [VigilModule.forRoot()], providers: [Bad] });
    const app = await builder.setLogger(new RecordedLogger()).compile();
    const close = jest.spyOn(app.get<JobEngine>(VIGIL_ENGINE), 'close');
    await expect(app.init()).rejects.toMatchObject({ code: 'JOB_OPTIONS_INVALID' });
    expect(close).toHaveBeenCalledTimes(1);
  });

  it.each([
    ['when the application is closed', 'close'],
    ['on SIGTERM, when Nest listens to it', 'sigterm'],
    ['after a boot that failed', 'bad-boot'],
  ])('so a process ends by itself %s', async (_, how) => {
    const child = fork(join(__dirname, 'shutdown.fixture.ts'), [how], {
      execArgv: ['-r', join(__dirname, '../../support/register-typescript.cjs')],
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    const said: unknown[] = [];
    child.on('message', (message) => said.push(message));
    if (how === 'sigterm') {
      await eventually(() => said.includes('working'), { timeout: 20_000 });
      child.kill('SIGTERM');
    }
    const [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
    expect(said).toEqual(how === 'bad-boot' ? ['refused'] : ['working', 'finished']);
    // Nest ends itself by the signal once everything is closed.
    expect([code, signal]).toEqual(how === 'sigterm' ? [null, 'SIGTERM'] : [0, null]);
  });
});
