import { Injectable } from '@nestjs/common';
import { Test, type TestingModule } from '@nestjs/testing';
import { DeadLetterService, Job, JobClient, JobContext, QueueService } from '../../../lib/index.js';
import { VigilTesting, VigilTestingModule } from '../../../lib/testing/index.js';

const START = Date.parse('2030-01-01T00:00:00Z');
const MINUTE = 60_000;
const BY = { actor: 'ada', reason: 'test' };

@Injectable()
class Work {
  readonly done: string[] = [];
  hangs = false;

  @Job({ maxRetries: 5, backoff: { type: 'fixed', delay: '1h', jitter: 'none' }, timeout: '10m' })
  async fail(_: void, ctx: JobContext): Promise<void> {
    if (this.hangs) await new Promise((resolve) => ctx.signal.addEventListener('abort', resolve));
    throw new Error(`failure ${ctx.failures + 1} of ${ctx.maxAttempts}`);
  }

  @Job()
  async say(word: string): Promise<void> {
    this.done.push(word);
  }

  @Job({ idempotencyKey: 'key', idempotencyWindow: '1h' })
  async once({ key }: { key: string }): Promise<void> {
    this.done.push(key);
  }
}

let testing: TestingModule;
let jobs: JobClient;
let vigil: VigilTesting;
let work: Work;

beforeEach(async () => {
  testing = await Test.createTestingModule({
    imports: [VigilTestingModule.forRoot({ startAt: START })],
    providers: [Work],
  }).compile();
  [jobs, vigil, work] = [testing.get(JobClient), testing.get(VigilTesting), testing.get(Work)];
});
afterEach(() => testing.close());

describe('a job runs', () => {
  it('not before its delay has passed', async () => {
    const { id, state } = await jobs.enqueue(Work, 'say', 'later', { delay: '10m' });
    expect(state).toBe('scheduled');
    expect(await jobs.get(id)).toMatchObject({ state: 'scheduled', dueAt: START + 10 * MINUTE });
    await vigil.advance('599s');
    expect(work.done).toEqual([]);
    await vigil.advance('1s');
    expect(work.done).toEqual(['later']);
  });

  it('not before its instant, and at once when that has passed', async () => {
    await jobs.enqueue(Work, 'say', 'noon', { runAt: new Date(START + 720 * MINUTE) });
    expect((await jobs.enqueue(Work, 'say', 'past', { runAt: new Date(START - MINUTE) })).state).toBe('waiting');
    await vigil.run();
    expect(work.done).toEqual(['past']);
    await vigil.advance('11h');
    expect(work.done).toEqual(['past']);
    await vigil.advance('1h');
    expect(work.done).toEqual(['past', 'noon']);
  });

  it('at once with a delay of zero', async () => {
    expect((await jobs.enqueue(Work, 'say', 'now', { delay: 0 })).state).toBe('waiting');
  });

  it('by priority, and in the order of enqueueing within one', async () => {
    for (const priority of ['bulk', 'low', 'normal', 'high'] as const) {
      await jobs.enqueueMany(Work, 'say', [`${priority} 1`, `${priority} 2`], { priority });
    }
    await vigil.run();
    expect(work.done).toEqual(['high', 'normal', 'low', 'bulk'].flatMap((level) => [`${level} 1`, `${level} 2`]));
  });

  it('unless it has expired, which is a death that is seen', async () => {
    const late = await jobs.enqueue(Work, 'say', 'late', { expiresIn: '1m' });
    const timely = await jobs.enqueue(Work, 'say', 'timely', { expiresIn: '3m' });
    await vigil.clock.advance('2m');
    await vigil.run();
    expect(work.done).toEqual(['timely']);
    expect(await vigil.deadLetters()).toMatchObject([{ id: late.id, reason: 'expired', payload: 'late' }]);
    await expect(jobs.waitFor(late, { timeout: 1 })).rejects.toMatchObject({ code: 'JOB_DEAD', reason: 'expired' });
    expect(await jobs.get(timely.id)).toBeUndefined();
  });

  it('or expires although its queue is paused', async () => {
    await testing.get(QueueService).pause('default', BY);
    await jobs.enqueue(Work, 'say', 'late', { delay: '10s', expiresIn: '1m' });
    expect(await vigil.advance('2m')).toEqual({ completed: 0, retried: 0, buried: 1 });
  });

  it('again with its key once the window has passed', async () => {
    await jobs.enqueue(Work, 'once', { key: 'a' });
    await vigil.run();
    await vigil.advance('59m');
    expect(await jobs.enqueue(Work, 'once', { key: 'a' })).toMatchObject({ status: 'duplicate', state: 'completed' });
    await vigil.advance('1m');
    expect(await jobs.enqueue(Work, 'once', { key: 'a' })).toMatchObject({ status: 'created' });
    await vigil.run();
    expect(work.done).toEqual(['a', 'a']);
  });
});

describe('what is given at enqueue beats the code of the worker:', () => {
  it('retries', async () => {
    await jobs.enqueue(Work, 'fail', undefined, { maxRetries: 1 });
    expect(await vigil.drain()).toEqual({ completed: 0, retried: 1, buried: 1 });
    expect(await vigil.deadLetters()).toMatchObject([{ errorMessage: 'failure 2 of 2', reason: 'exhausted' }]);
  });

  it('backoff', async () => {
    const { id } = await jobs.enqueue(Work, 'fail', undefined, {
      backoff: { type: 'fixed', delay: '7m', jitter: 'none' },
    });
    await vigil.run();
    expect(await jobs.get(id)).toMatchObject({ state: 'scheduled', dueAt: START + 7 * MINUTE, failures: 1 });
  });

  it('timeout', async () => {
    work.hangs = true;
    const { id } = await jobs.enqueue(Work, 'fail', undefined, { timeout: '2m', maxRetries: 0 });
    await vigil.advance('119s');
    expect(await jobs.get(id)).toMatchObject({ state: 'active' });
    await vigil.advance('1s');
    expect(await vigil.deadLetters()).toMatchObject([{ id, reason: 'timeout' }]);
  });

  it('also after a replay', async () => {
    const { id } = await jobs.enqueue(Work, 'fail', undefined, { maxRetries: 0 });
    await vigil.drain();
    await testing.get(DeadLetterService).replay(id, BY);
    expect(await vigil.drain()).toEqual({ completed: 0, retried: 0, buried: 1 });
    expect(await jobs.get(id)).toMatchObject({ state: 'dead', life: 1 });
  });
});
