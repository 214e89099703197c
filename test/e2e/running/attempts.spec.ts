import { BadRequestException, HttpException, Injectable } from '@nestjs/common';
import {
  DeadLetterService,
  Job,
  JobContext,
  JobTimeoutError,
  NonRetryableJobError,
  OnJobEvent,
  RetryJobError,
  type JobEventOfType,
} from '../../../lib/index.js';
import { eventually } from '../../support/eventually.js';
import { parseRetryLine } from '../../support/job-lines.js';
import { memoryApps, type StartOptions } from '../../support/nest-apps.js';

const start = memoryApps();
const WAIT = { timeout: '5s' } as const;
const SOON = { backoff: { type: 'fixed', delay: 1, jitter: 'none' } } as const;

@Injectable()
class Work {
  errors: unknown[] = [];
  signals: AbortSignal[] = [];
  contexts: Record<string, unknown>[] = [];

  @Job({
    idempotencyKey: 'key',
    maxRetries: 3,
    keepResult: true,
    owner: 'payments',
    runbook: 'https://wiki/x',
    ...SOON,
  })
  async charge({ key }: { key: string }, ctx: JobContext): Promise<string> {
    const { id, name, attempt, failures, maxAttempts, idempotencyKey } = ctx;
    this.contexts.push({ id, name, attempt, failures, maxAttempts, idempotencyKey });
    const error = this.errors.shift();
    if (error) throw error;
    return `${key} charged`;
  }

  @Job({ maxRetries: 0, timeout: 30 })
  async hang(_: void, ctx: JobContext): Promise<void> {
    this.signals.push(ctx.signal);
    await new Promise<void>((resolve) => ctx.signal.addEventListener('abort', () => resolve()));
  }

  @Job({ keepResult: true })
  async report(_: void, ctx: JobContext): Promise<string> {
    await ctx.progress({ percent: 50 });
    ctx.logger.log('half way');
    await ctx.assertOwned();
    return ctx.enqueuedAt.toISOString();
  }
}

@Injectable()
class Listener {
  readonly heard: string[] = [];

  @OnJobEvent('job.retried', 'job.completed', 'job.buried')
  hear({ type, name }: JobEventOfType<'job.retried' | 'job.completed' | 'job.buried'>): void {
    this.heard.push(`${type} ${name}`);
    throw new Error('listeners hurt nobody');
  }
}

async function startWork(options: StartOptions = {}) {
  const { app, jobs, logger } = await start(
    { providers: [Work, Listener, { provide: 'SAME', useExisting: Listener }] },
    options,
  );
  return {
    app,
    jobs,
    logger,
    work: app.get(Work),
    heard: app.get(Listener).heard,
    letters: app.get(DeadLetterService),
  };
}

describe('an attempt that fails', () => {
  it('is repeated, logged with its job, attempt, error and next time, and told to listeners once', async () => {
    const { jobs, logger, work, heard } = await startWork();
    work.errors = [new Error('first'), new HttpException('busy', 503)];
    const receipt = await jobs.enqueue(Work, 'charge', { key: 'a' });
    expect(await jobs.waitFor(receipt, WAIT)).toBe('a charged');
    const context = { id: receipt.id, name: 'Work.charge', maxAttempts: 4, idempotencyKey: 'Work.charge:a' };
    expect(work.contexts).toEqual([0, 1, 2].map((failures) => ({ ...context, attempt: failures + 1, failures })));
    const retries = logger.of('warn').filter((line) => line.startsWith('job retry:'));
    expect(retries.map(parseRetryLine)).toMatchObject([
      {
        id: receipt.id,
        name: 'Work.charge',
        attempt: 1,
        failure: 1,
        maxAttempts: 4,
        error: 'Error: first',
        delayMs: 1,
      },
      { attempt: 2, failure: 2, error: 'HttpException: busy', delayMs: 1 },
    ]);
    await eventually(() => heard.length === 3);
    expect(heard).toEqual(['job.retried Work.charge', 'job.retried Work.charge', 'job.completed Work.charge']);
  });

  it('is repeated after the time it asks for', async () => {
    const { jobs, work } = await startWork();
    work.errors = [new RetryJobError({ after: '1h' })];
    const { id } = await jobs.enqueue(Work, 'charge', { key: 'a' });
    await eventually(async () => expect(await jobs.get(id)).toMatchObject({ state: 'scheduled', failures: 1 }));
    const dueIn = ((await jobs.get(id))?.dueAt ?? 0) - Date.now();
    expect(dueIn).toBeGreaterThan(3_590_000);
    expect(dueIn).toBeLessThanOrEqual(3_600_000);
  });

  it.each([
    ['says so', new NonRetryableJobError('card declined')],
    ['is the fault of the request', new BadRequestException('no amount')],
  ])('is buried at once when it %s, with its whole story, and an error in the log', async (_, error) => {
    const { jobs, logger, work, letters, heard } = await startWork();
    work.errors = [new Error('first'), error];
    const { id } = await jobs.enqueue(Work, 'charge', { key: 'a' });
    await expect(jobs.waitFor(id, WAIT)).rejects.toMatchObject({ code: 'JOB_DEAD', reason: 'non_retryable' });
    const letter = await letters.get(id);
    expect(letter).toMatchObject({ payload: { key: 'a' }, owner: 'payments', runbook: 'https://wiki/x', attempts: 2 });
    expect(letter?.history.map((attempt) => attempt.error?.message)).toEqual(['first', error.message]);
    await eventually(() => logger.of('error').some((line) => line.startsWith('job buried:') && line.includes(id)));
    expect(heard).toEqual(['job.retried Work.charge', 'job.buried Work.charge']);
  });

  it('is repeated no oftener than its retries, then buried as exhausted', async () => {
    const { jobs, work, letters } = await startWork();
    work.errors = Array.from({ length: 9 }, (_, i) => new Error(`failure ${i + 1}`));
    const { id } = await jobs.enqueue(Work, 'charge', { key: 'a' });
    await expect(jobs.waitFor(id, WAIT)).rejects.toMatchObject({ reason: 'exhausted', errorMessage: 'failure 4' });
    expect((await letters.get(id))?.history).toHaveLength(4);
    await letters.replay(id, { actor: 'ada', reason: 'fixed' });
    work.errors = [];
    expect(await jobs.waitFor(id, WAIT)).toBe('a charged');
  });

  it('takes its policy from the defaults of the module where the job says nothing', async () => {
    const { jobs, letters, work } = await startWork({ defaults: { maxRetries: 0, owner: 'platform', timeout: 20 } });
    const { id } = await jobs.enqueue(Work, 'hang');
    await expect(jobs.waitFor(id, WAIT)).rejects.toMatchObject({ reason: 'timeout' });
    expect(await letters.get(id)).toMatchObject({ owner: 'platform', maxAttempts: 1 });
    expect(work.signals[0].reason).toMatchObject({ timeoutMs: 30 });
  });
});

describe('an attempt that takes too long', () => {
  it('is aborted at its timeout, and that is the reason of its death', async () => {
    const { jobs, work, letters } = await startWork();
    const { id } = await jobs.enqueue(Work, 'hang');
    await expect(jobs.waitFor(id, WAIT)).rejects.toMatchObject({ reason: 'timeout', errorName: 'JobTimeoutError' });
    expect(work.signals[0].reason).toBeInstanceOf(JobTimeoutError);
    expect(await letters.get(id)).toMatchObject({ reason: 'timeout', attempts: 1 });
  });
});

describe('a running attempt', () => {
  it('may tell how far it is, write to the log under its id, and ask whether the job is still its own', async () => {
    const { jobs, logger } = await startWork();
    const receipt = await jobs.enqueue(Work, 'report');
    const enqueuedAt = await jobs.waitFor(receipt, WAIT);
    const job = await jobs.get(receipt.id);
    expect(job).toMatchObject({ state: 'completed', result: enqueuedAt });
    expect(Math.abs(Date.parse(enqueuedAt) - Date.now())).toBeLessThan(5_000);
    expect(logger.of('log')).toContain(`[${receipt.id}] half way`);
  });
});
