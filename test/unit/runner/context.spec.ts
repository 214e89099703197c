import type { JobContext } from '../../../lib/core/job-context.js';
import { VigilError } from '../../../lib/core/vigil.error.js';
import { Scene, type Handler, type SceneOptions } from './scene.js';

let scene: Scene;
afterEach(() => scene.close());

async function begin(run: Handler, options: SceneOptions = {}, key: string | undefined = 'k-1'): Promise<string> {
  scene = await new Scene([{ run, name: 'billing.charge' }], options).start();
  const id = await scene.enqueue({ type: 'billing.charge', ...(key !== '' && { key }) });
  await scene.rest();
  return id;
}

async function codeOf(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => 'no error',
    (error: unknown) => (error instanceof VigilError ? error.code : String(error)),
  );
}

/** The store as seen by a worker whose job was given to another one behind its back. */
async function stealLease(id: string): Promise<void> {
  const snapshot = await scene.job(id);
  expect(snapshot.state).toBe('active');
  await scene.engine.retire('work', scene.worker.id as string);
}

describe('what a handler is told', () => {
  it('knows its job, attempt and limits', async () => {
    const seen: unknown[] = [];
    const id = await begin((_: never, ctx: JobContext) => {
      const { id, name, attempt, failures, maxAttempts, idempotencyKey, enqueuedAt, fencingToken, signal } = ctx;
      seen.push({
        id,
        name,
        attempt,
        failures,
        maxAttempts,
        idempotencyKey,
        at: enqueuedAt.getTime(),
        aborted: signal.aborted,
      });
      expect(fencingToken).toBeGreaterThan(0);
      if (attempt === 1) throw new Error('again');
    });
    const at = scene.clock.now();
    await scene.clock.advance('1s');
    const told = {
      id,
      name: 'billing.charge',
      maxAttempts: 4,
      idempotencyKey: 'billing.charge:k-1',
      at,
      aborted: false,
    };
    expect(seen).toEqual([
      { ...told, attempt: 1, failures: 0 },
      { ...told, attempt: 2, failures: 1 },
    ]);
  });

  it('takes the id for the idempotency key of a job without one, and writes the id in each line', async () => {
    const keys: string[] = [];
    const id = await begin(
      (_: never, ctx: JobContext) => {
        keys.push(ctx.idempotencyKey);
        ctx.logger.log('hello');
        ctx.logger.error('oh', 'stack');
      },
      {
        parts: {
          loggerFor: (context) => ({
            log: (m) => keys.push(`${context} ${m}`),
            warn() {},
            debug() {},
            error: (m, s) => keys.push(`${m} ${s}`),
          }),
        },
      },
      '',
    );
    expect(keys).toEqual([id, `billing.charge [${id}] hello`, `[${id}] oh stack`]);
  });
});

describe('a step', () => {
  it('runs once, and later attempts get what the first one got', async () => {
    let charged = 0;
    const results: unknown[] = [];
    const id = await begin(async (_: never, ctx: JobContext) => {
      results.push(await ctx.step('charge', (step) => ({ n: ++charged, key: step.idempotencyKey, at: new Date(0) })));
      results.push(await ctx.step('void', () => undefined));
      if (ctx.attempt === 1) throw new Error('after the steps');
    });
    await scene.clock.advance('1s');
    const first = { n: 1, key: 'billing.charge:k-1:charge', at: '1970-01-01T00:00:00.000Z' };
    expect(results).toEqual([first, undefined, first, undefined]);
    expect((await scene.job(id)).state).toBe('completed');
  });

  it('that fails is not remembered', async () => {
    let runs = 0;
    const id = await begin(async (_: never, ctx: JobContext) =>
      ctx.step('flaky', () => {
        if (++runs === 1) throw new Error('flaky');
      }),
    );
    await scene.clock.advance('1s');
    expect(runs).toBe(2);
    expect((await scene.job(id)).state).toBe('completed');
  });

  it.each([
    [
      'STEP_NAME_REUSED',
      async (ctx: JobContext) => {
        await ctx.step('a', () => 1);
        await ctx.step('a', () => 2);
      },
    ],
    ['STEP_NAME_INVALID', (ctx: JobContext) => ctx.step('', () => 1)],
    ['STEP_TOO_LARGE', (ctx: JobContext) => ctx.step('a', () => 'x'.repeat(70_000))],
    [
      'STEP_TOO_LARGE',
      async (ctx: JobContext) => {
        for (let i = 0; i < 10; i++) await ctx.step(`a${i}`, () => 'x'.repeat(64_000));
      },
    ],
    ['STEP_NOT_JSON', (ctx: JobContext) => ctx.step('a', () => 1n)],
    ['STEP_NOT_JSON', (ctx: JobContext) => ctx.step('a', () => () => 1)],
    ['PROGRESS_TOO_LARGE', (ctx: JobContext) => ctx.progress('x'.repeat(5_000))],
    ['PROGRESS_NOT_JSON', (ctx: JobContext) => ctx.progress(1n)],
  ])('%s is buried at once', async (code, misuse) => {
    const id = await begin((_: never, ctx: JobContext) => misuse(ctx));
    const job = await scene.job(id);
    expect(job).toMatchObject({ state: 'dead', burial: { reason: 'non_retryable' }, attempts: [{ error: { code } }] });
  });

  it('is not begun once the attempt should stop', async () => {
    const codes: string[] = [];
    let late: JobContext | undefined;
    await begin((_: never, ctx: JobContext) => {
      late = ctx;
      return new Promise<void>((resolve) => ctx.signal.addEventListener('abort', () => resolve()));
    });
    await scene.clock.advance('1m');
    codes.push(await codeOf((late as JobContext).step('a', () => 1)), await codeOf((late as JobContext).progress(1)));
    expect(codes).toEqual(['JOB_TIMEOUT', 'JOB_TIMEOUT']);
  });

  it('is recorded through a store that is away for a while, so that its effect is not repeated', async () => {
    let effects = 0;
    scene = new Scene([{ run: (_: never, ctx: JobContext) => ctx.step('charge', () => ++effects) }]);
    scene.shaky.loseRequests('record', 3);
    await scene.worker.start();
    const id = await scene.enqueue({ key: 'k' });
    await scene.clock.advance('5s');
    expect(effects).toBe(1);
    expect(scene.shaky.count('record')).toBe(4);
    expect((await scene.job(id)).state).toBe('completed');
    expect(scene.lines.filter((line) => line.includes('step'))).toEqual([
      expect.stringContaining(`step 'charge' of ${id} was not remembered yet; trying on: EngineUnavailableError: `),
    ]);
  });

  it('gives up recording when the attempt is over', async () => {
    scene = new Scene([
      { run: (_: never, ctx: JobContext) => ctx.step('charge', () => 1), policy: { timeoutMs: 5_000, maxRetries: 0 } },
    ]);
    scene.shaky.loseRequests('record');
    await scene.worker.start();
    const id = await scene.enqueue();
    await scene.clock.advance('20s');
    expect(await scene.job(id)).toMatchObject({ state: 'dead', burial: { reason: 'timeout' } });
    const calls = scene.shaky.count('record');
    await scene.clock.advance('1m');
    expect(scene.shaky.count('record')).toBe(calls);
    expect(scene.worker.zombies).toBe(0);
  });
});

describe('a lost lease', () => {
  it.each([
    ['a step', (ctx: JobContext) => ctx.step('a', () => 1)],
    ['progress', (ctx: JobContext) => ctx.progress(1)],
    ['assertOwned', (ctx: JobContext) => ctx.assertOwned()],
  ])('is found out by %s, aborts the signal, and settles nothing', async (_, write) => {
    let proceed = (): void => undefined;
    const codes: string[] = [];
    const id = await begin(async (_payload: never, ctx: JobContext) => {
      if (ctx.attempt > 1) return;
      await new Promise<void>((resolve) => (proceed = resolve));
      codes.push(await codeOf(write(ctx)), (ctx.signal.reason as VigilError).code);
      throw new Error('nobody should hear of this');
    });
    await stealLease(id);
    proceed();
    await scene.rest();
    expect(codes).toEqual(['LEASE_LOST', 'LEASE_LOST']);
    expect(scene.eventsOf('job.lease-lost')).toMatchObject([{ id, attempt: 1 }]);
    await scene.clock.advance('10s');
    expect(await scene.job(id)).toMatchObject({ state: 'completed', failures: 0, attempts: [] });
  });

  it('does not take the process down when nobody awaits the write', async () => {
    const unhandled: unknown[] = [];
    const listen = (error: unknown): unknown => unhandled.push(error);
    process.on('unhandledRejection', listen);
    let proceed = (): void => undefined;
    const id = await begin(async (_: never, ctx: JobContext) => {
      await new Promise<void>((resolve) => (proceed = resolve));
      void ctx.progress(1);
      void ctx.step('a', () => 1);
      void ctx.assertOwned();
    });
    await stealLease(id);
    proceed();
    await scene.clock.advance('1s');
    process.off('unhandledRejection', listen);
    expect(unhandled).toEqual([]);
  });
});

describe('progress', () => {
  it('is written, told, and gathered while a write is under way', async () => {
    const id = await begin(async (_: never, ctx: JobContext) => {
      await Promise.all(Array.from({ length: 50 }, (_v, i) => ctx.progress({ done: i })));
      await new Promise((_resolve, reject) =>
        ctx.signal.addEventListener('abort', () => reject(ctx.signal.reason as Error)),
      );
    });
    expect((await scene.job(id)).progress).toEqual({ done: 49 });
    expect(scene.shaky.count('record')).toBe(2);
    expect(scene.eventsOf('job.progress')).toHaveLength(50);
  });

  it('that can not be written does not fail the job', async () => {
    scene = new Scene([{ run: (_: never, ctx: JobContext) => ctx.progress(1) }]);
    scene.shaky.loseRequests('record');
    await scene.worker.start();
    const id = await scene.enqueue({ key: 'k' });
    await scene.rest();
    expect((await scene.job(id)).state).toBe('completed');
    expect(scene.lines).toEqual([expect.stringMatching(/progress of .* was not written: EngineUnavailableError/)]);
  });
});
