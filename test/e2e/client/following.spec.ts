import { Injectable } from '@nestjs/common';
import { DeadLetterService, Job, JobClient, JobContext, NonRetryableJobError } from '../../../lib/index.js';
import { eventually } from '../../support/eventually.js';
import { memoryApps } from '../../support/nest-apps.js';

const start = memoryApps();
const WAIT = { timeout: '5s' } as const;
const SOON = { backoff: { type: 'fixed', delay: 1, jitter: 'none' } } as const;

@Injectable()
class Work {
  readonly begun: string[] = [];
  readonly aborted: unknown[] = [];
  open: () => void = () => undefined;
  private readonly gate = new Promise<void>((resolve) => (this.open = resolve));

  @Job({ keepResult: true })
  async build(name: string): Promise<{ name: string; at: Date; left?: undefined }> {
    await this.gate;
    return { name, at: new Date(0), left: undefined };
  }

  @Job({ keepResult: true, maxRetries: 2, ...SOON })
  async second(_: void, ctx: JobContext): Promise<number> {
    if (ctx.attempt < 3) throw new Error('not yet');
    return ctx.attempt;
  }

  @Job({ keepResult: true })
  async nothing(): Promise<void> {}

  @Job({ idempotencyKey: 'key' })
  async forgetful(payload: { key: string }): Promise<string> {
    await this.gate;
    return payload.key;
  }

  @Job()
  async traceless(): Promise<string> {
    await this.gate;
    return 'gone';
  }

  @Job()
  async die(): Promise<void> {
    throw new NonRetryableJobError('card declined');
  }

  @Job({ idempotencyKey: 'key' })
  async obedient({ key }: { key: string }, ctx: JobContext): Promise<void> {
    this.begun.push(key);
    await new Promise((_, reject) => {
      ctx.signal.addEventListener('abort', () => {
        this.aborted.push(ctx.signal.reason);
        reject(ctx.signal.reason as Error);
      });
    });
  }
}

async function startWork(
  options: { autoStart?: boolean } = {},
): Promise<{ jobs: JobClient; work: Work; letters: DeadLetterService }> {
  const { app, jobs } = await start({ providers: [Work] }, options);
  return { jobs, work: app.get(Work), letters: app.get(DeadLetterService) };
}

const ID = 'default~Work.build~rAAAAAAAAAAAA~AAAAAAAAAAAA';

describe('waitFor', () => {
  it('gives the result as JSON carried it, whether it is asked before or after the end, by receipt or by id', async () => {
    const { jobs, work } = await startWork();
    const receipt = await jobs.enqueue(Work, 'build', 'a');
    const before = [jobs.waitFor(receipt, WAIT), jobs.waitFor(receipt.id, WAIT)];
    work.open();
    const result = { name: 'a', at: '1970-01-01T00:00:00.000Z' };
    expect(await Promise.all(before)).toEqual([result, result]);
    expect(await jobs.waitFor(receipt, WAIT)).toEqual(result);
    expect(await jobs.get(receipt.id)).toMatchObject({ state: 'completed', result });
  });

  it('waits through retries', async () => {
    const { jobs } = await startWork();
    expect(await jobs.waitFor(await jobs.enqueue(Work, 'second'), WAIT)).toBe(3);
  });

  it('gives null for a handler that returned nothing, whose end was kept', async () => {
    const { jobs } = await startWork();
    expect(await jobs.waitFor(await jobs.enqueue(Work, 'nothing'), WAIT)).toBeNull();
  });

  it('gives up after its time; the job goes on', async () => {
    const { jobs, work } = await startWork();
    const receipt = await jobs.enqueue(Work, 'build', 'a');
    const message = `job ${receipt.id} did not end within 30 ms. It goes on; wait again, or ask get(id) later.`;
    await expect(jobs.waitFor(receipt, { timeout: 30 })).rejects.toMatchObject({ code: 'WAIT_TIMEOUT', message });
    work.open();
    expect(await jobs.waitFor(receipt, WAIT)).toMatchObject({ name: 'a' });
  });

  it('tells why a job is dead, and that it was settled since', async () => {
    const { jobs, letters } = await startWork();
    const { id } = await jobs.enqueue(Work, 'die');
    const dead = { code: 'JOB_DEAD', jobId: id, reason: 'non_retryable', errorName: 'NonRetryableJobError' };
    await expect(jobs.waitFor(id, WAIT)).rejects.toMatchObject({ ...dead, errorMessage: 'card declined' });
    await expect(jobs.waitFor(id, WAIT)).rejects.toThrow(/was buried \(non_retryable\): .*card declined$/);
    await letters.resolve(id, { actor: 'ada', reason: 'paid by hand' });
    await expect(jobs.waitFor(id, WAIT)).rejects.toThrow(`job ${id} was buried and declared settled since`);
  });

  it('tells that a job was cancelled', async () => {
    const { jobs } = await startWork({ autoStart: false });
    const { id } = await jobs.enqueue(Work, 'forgetful', { key: 'a' });
    const waiting = jobs.waitFor(id, WAIT);
    await jobs.cancel(id);
    await expect(waiting).rejects.toMatchObject({ code: 'JOB_CANCELLED', message: `job ${id} was cancelled` });
    await expect(jobs.waitFor(id, WAIT)).rejects.toMatchObject({ code: 'JOB_CANCELLED' });
  });

  it('tells a result that was not kept from a job that nobody knows', async () => {
    const { jobs, work } = await startWork();
    const keyed = await jobs.enqueue(Work, 'forgetful', { key: 'a' });
    const traceless = await jobs.enqueue(Work, 'traceless');
    const waiting = [jobs.waitFor(keyed, WAIT), jobs.waitFor(traceless, WAIT)].map((wait) =>
      wait.catch((e: unknown) => e),
    );
    work.open();
    for (const end of await Promise.all(waiting)) expect(end).toMatchObject({ code: 'RESULT_NOT_KEPT' });
    // A key leaves its tombstone; without one there is nothing left to tell.
    await expect(jobs.waitFor(keyed, WAIT)).rejects.toMatchObject({ code: 'RESULT_NOT_KEPT' });
    await expect(jobs.waitFor(traceless, WAIT)).rejects.toMatchObject({ code: 'JOB_UNKNOWN', jobId: traceless.id });
    await expect(jobs.waitFor(ID, WAIT)).rejects.toThrow(`the store knows no job ${ID}: it never existed, or it ended`);
  });
});

describe('get', () => {
  it('knows a job by its id, as long as something is left of it', async () => {
    const { jobs, work } = await startWork();
    const keyed = await jobs.enqueue(Work, 'forgetful', { key: 'a' });
    const traceless = await jobs.enqueue(Work, 'traceless');
    await eventually(async () => expect(await jobs.get(keyed.id)).toMatchObject({ state: 'active', attempt: 1 }));
    work.open();
    await eventually(async () => expect(await jobs.get(keyed.id)).toMatchObject({ state: 'completed' }));
    await eventually(async () => expect(await jobs.get(traceless.id)).toBeUndefined());
    expect(await jobs.get(ID)).toBeUndefined();
  });

  it('tells what went wrong so far', async () => {
    const { jobs } = await startWork();
    const { id } = await jobs.enqueue(Work, 'die');
    await eventually(async () => expect((await jobs.get(id))?.state).toBe('dead'));
    expect(await jobs.get(id)).toMatchObject({
      failures: 1,
      attempts: [{ error: { name: 'NonRetryableJobError', message: 'card declined' } }],
      burial: { reason: 'non_retryable' },
    });
  });
});

describe('list', () => {
  it('shows the jobs of a type in a state, page by page', async () => {
    const { jobs } = await startWork({ autoStart: false });
    const receipts = await jobs.enqueueMany(Work, 'build', ['a', 'b', 'c']);
    await jobs.enqueue(Work, 'build', 'later', { delay: '1h' });
    const first = await jobs.list(Work, 'build', { state: 'waiting', limit: 2 });
    const second = await jobs.list(Work, 'build', { state: 'waiting', limit: 2, cursor: first.nextCursor });
    expect([...first.items, ...second.items].map(({ id }) => id)).toEqual(receipts.map(({ id }) => id));
    expect(second.nextCursor).toBeUndefined();
    expect((await jobs.list(Work, 'build', { state: 'scheduled' })).items).toMatchObject([{ payload: 'later' }]);
    expect((await jobs.list(Work, 'die', { state: 'waiting' })).items).toEqual([]);
  });
});

describe('cancel', () => {
  it('ends a job that has not begun, and frees its key', async () => {
    const { jobs, work } = await startWork({ autoStart: false });
    const waiting = await jobs.enqueue(Work, 'obedient', { key: 'a' });
    const scheduled = await jobs.enqueue(Work, 'obedient', { key: 'b' }, { delay: '1h' });
    for (const { id } of [waiting, scheduled]) {
      expect(await jobs.cancel(id)).toEqual({ status: 'cancelled', state: 'cancelled' });
      expect(await jobs.cancel(id)).toEqual({ status: 'too_late', state: 'cancelled' });
    }
    expect((await jobs.enqueue(Work, 'obedient', { key: 'a' })).status).toBe('created');
    expect(work.begun).toEqual([]);
  });

  it('aborts the signal of one that runs, which then is cancelled and not retried', async () => {
    const { jobs, work } = await startWork();
    const { id } = await jobs.enqueue(Work, 'obedient', { key: 'a' });
    await eventually(() => work.begun.length === 1);
    const waiting = jobs.waitFor(id, WAIT);
    expect(await jobs.cancel(id)).toMatchObject({ status: 'requested' });
    await expect(waiting).rejects.toMatchObject({ code: 'JOB_CANCELLED' });
    expect(work.aborted).toMatchObject([{ code: 'JOB_CANCELLED' }]);
    expect(work.begun).toEqual(['a']);
    expect((await jobs.enqueue(Work, 'obedient', { key: 'a' })).status).toBe('created');
  });

  it('comes too late for one that ended or is dead, and knows no others', async () => {
    const { jobs, work } = await startWork();
    work.open();
    const done = await jobs.enqueue(Work, 'build', 'a');
    const dead = await jobs.enqueue(Work, 'die');
    await jobs.waitFor(done, WAIT);
    await expect(jobs.waitFor(dead, WAIT)).rejects.toMatchObject({ code: 'JOB_DEAD' });
    expect(await jobs.cancel(done.id)).toEqual({ status: 'too_late', state: 'completed' });
    expect(await jobs.cancel(dead.id)).toEqual({ status: 'too_late', state: 'dead' });
    expect(await jobs.cancel(ID)).toEqual({ status: 'unknown' });
  });
});
