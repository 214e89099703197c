import { NonRetryableJobError, RetryJobError } from '../../../lib/core/handler-signals.js';
import { parseJobId } from '../../../lib/core/job-id.js';
import { createRedactor } from '../../../lib/core/redaction.js';
import { JobWorker } from '../../../lib/runner/worker.js';
import { hold, never } from './handlers.js';
import { Scene } from './scene.js';

let scene: Scene;
afterEach(() => scene.close());

async function begin(...args: Parameters<typeof Scene.begun>): Promise<string> {
  const begun = await Scene.begun(...args);
  scene = begun.scene;
  return begun.id;
}

describe('an attempt that fails', () => {
  it('is tried again after its backoff, and the job completes', async () => {
    let attempts = 0;
    const id = await begin(() => {
      if (++attempts < 3) throw new Error(`no ${attempts}`);
    });
    expect(await scene.job(id)).toMatchObject({
      state: 'scheduled',
      failures: 1,
      attempts: [{ attempt: 1, outcome: 'failed' }],
    });
    await scene.clock.advance(999);
    expect(attempts).toBe(1);
    await scene.clock.advance(1);
    expect(attempts).toBe(2);
    await scene.clock.advance('1s');
    expect(await scene.job(id)).toMatchObject({ state: 'completed' });
    expect(scene.eventsOf('job.retried')).toMatchObject([
      { attempt: 1, failures: 1, maxAttempts: 4, delayMs: 1_000, error: { name: 'Error', message: 'no 1' } },
      { attempt: 2, failures: 2, maxAttempts: 4 },
    ]);
  });

  it('is buried with every attempt, reason and next retry times when no retry is left', async () => {
    const policy = { maxRetries: 1, owner: 'payments', runbook: 'https://wiki.example.org/charge' };
    const id = await begin(
      () => {
        throw Object.assign(new Error('busy'), { status: 503 });
      },
      { policy },
    );
    const began = scene.clock.now();
    await scene.clock.advance('1s');
    const job = await scene.job(id);
    expect(job).toMatchObject({
      state: 'dead',
      failures: 2,
      burial: { reason: 'exhausted', owner: 'payments', failures: 2, maxAttempts: 2, httpStatus: 503 },
    });
    expect(job.attempts).toMatchObject([
      {
        attempt: 1,
        outcome: 'failed',
        startedAt: began,
        endedAt: began,
        nextRetryAt: began + 1_000,
        worker: { pid: process.pid },
      },
      { attempt: 2, outcome: 'failed', error: { httpStatus: 503, stack: expect.any(String) } },
    ]);
    expect(job.attempts[1].nextRetryAt).toBeUndefined();
    expect(scene.eventsOf('job.buried')).toMatchObject([
      { reason: 'exhausted', failures: 2, maxAttempts: 2, runbook: policy.runbook },
    ]);
  });

  it('is buried at once when it is not worth it', async () => {
    const id = await begin(() => {
      throw new NonRetryableJobError('no customer');
    });
    expect(await scene.job(id)).toMatchObject({
      state: 'dead',
      burial: { reason: 'non_retryable', errorName: 'NonRetryableJobError' },
    });
  });

  it('waits as long as RetryJobError says', async () => {
    const id = await begin(() => {
      throw new RetryJobError({ after: '2m' });
    });
    expect((await scene.job(id)).dueAt).toBe(scene.clock.now() + 120_000);
  });

  it('takes overrides that travel with the job over the policy', async () => {
    const id = await begin(() => 'done');
    const overrides = { maxRetries: 0, timeoutMs: 7 };
    scene = await scene.close().then(() => new Scene([{ run: hold }]).start());
    const other = await scene.enqueue({ overrides });
    await scene.clock.advance(7);
    expect(await scene.job(other)).toMatchObject({ state: 'dead', burial: { reason: 'timeout' } });
    expect(id).toContain('task');
  });

  it.each([
    ['null', null, 'null'],
    ['undefined', undefined, 'undefined'],
    ['a text', 'just this', 'string'],
    ['a circular object', Object.assign({}, { self: [] as unknown[] }), 'object'],
    ['a megabyte', new Error('x'.repeat(1_000_000)), 'Error'],
  ])('keeps what was thrown: %s', async (_, thrown, name) => {
    if (typeof thrown === 'object' && thrown && 'self' in thrown) thrown.self.push(thrown);
    const id = await begin(() => Promise.reject(thrown), { policy: { maxRetries: 0 } });
    const job = await scene.job(id);
    expect(job).toMatchObject({ state: 'dead', burial: { reason: 'exhausted', errorName: name } });
    expect(Buffer.byteLength(JSON.stringify(job.attempts[0]))).toBeLessThan(8 * 1_024);
  });

  it('fails as well when it throws before it returns a promise', async () => {
    scene = new Scene([{ run: never }], {});
    Object.assign(scene.registry.get('task') as object, {
      invoke: () => {
        throw new Error('sync');
      },
    });
    await scene.worker.start();
    const id = await scene.enqueue();
    await scene.rest();
    expect(await scene.job(id)).toMatchObject({ state: 'scheduled', attempts: [{ error: { message: 'sync' } }] });
  });

  it('uses the built-in rules where the user’s own throw, and says so', async () => {
    const classify = (): never => {
      throw new Error('boom');
    };
    const id = await begin(() => Promise.reject(new Error('x')), { policy: { classify } });
    expect(await scene.job(id)).toMatchObject({ state: 'scheduled' });
    expect(scene.lines).toEqual([expect.stringMatching(/task: its own classify.*boom.*built-in rules/)]);
  });
});

describe('what must not happen to a job because of others', () => {
  it('loggers that throw, hooks that throw, hostile errors: the job ends all the same', async () => {
    const thrower = (): never => {
      throw new Error('hands off');
    };
    const logger = { log: thrower, warn: thrower, error: thrower, debug: thrower };
    const hostile = new Proxy(new Error('x'), {
      get: thrower,
      getPrototypeOf: thrower,
      has: thrower,
      ownKeys: thrower,
    });
    const schema = {
      '~standard': { version: 1, vendor: 'own', validate: () => Promise.reject(hostile) },
    } as never;
    const policy = { maxRetries: 0, classify: thrower };
    const parts = { logger, redactor: createRedactor({ text: thrower }) };
    scene = await new Scene(
      [
        { run: () => Promise.reject(hostile), policy },
        { run: thrower, name: 'checked', schema, policy },
      ],
      { parts },
    ).start();
    scene.bus.subscribe(thrower);
    const ids = [await scene.enqueue({ key: 1 }), await scene.enqueue({ key: 1, type: 'checked' })];
    await scene.rest();
    for (const id of ids) expect(await scene.job(id)).toMatchObject({ state: 'dead', burial: { reason: 'exhausted' } });
  });

  it('an answer that makes no sense does not stop the worker', async () => {
    scene = new Scene([{ run: () => undefined }]);
    const { engine } = scene.shaky;
    const parts = scene.partsOf({
      engine: Object.assign(Object.create(engine) as typeof engine, { turn: async () => ({}) as never }),
    });
    const confused = new JobWorker(parts);
    await confused.start();
    await scene.clock.advance('1s');
    await confused.drain();
    expect(scene.lines).toContainEqual(expect.stringMatching(/the answer to a turn was not understood: TypeError/));
  });

  it('expiry found at the claim and by the sweep is one group of failures', async () => {
    scene = new Scene([{ run: () => undefined }]);
    const atClaim = await scene.enqueue({ key: 1, expiresInMs: 10 });
    await scene.clock.advance(20);
    await scene.worker.start();
    const bySweep = await scene.enqueue({ key: 2, expiresInMs: 10, delayMs: 60_000 });
    await scene.clock.advance('10s');
    const groups = [await scene.job(atClaim), await scene.job(bySweep)].map(({ burial }) => burial?.group);
    expect(groups[0]).toEqual(expect.any(String));
    expect(groups[1]).toBe(groups[0]);
  });
});

describe('a result', () => {
  const kept = { policy: { keepResult: true } };

  it('is kept where the policy says so, null for nothing', async () => {
    const id = await begin(() => ({ receipt: 7, at: new Date(0) }), kept);
    expect((await scene.job(id)).result).toEqual({ receipt: 7, at: '1970-01-01T00:00:00.000Z' });
    await scene.close();
    const nothing = await begin(() => undefined, kept);
    expect((await scene.job(nothing)).result).toBeNull();
  });

  it.each([
    ['a bigint', () => 1n, /JSON can not carry it/],
    ['a circular object', () => Object.assign([] as unknown[], { 0: null }), undefined],
    ['a function', () => () => 1, /JSON can not carry a function/],
    ['too much', () => 'x'.repeat(2_000), /2002 bytes are more than maxPayloadBytes/],
  ])('that is %s completes the job with a warning and keeps nothing', async (_, result, why) => {
    const circular: unknown[] = [];
    circular.push(circular);
    const id = await begin(() => (why ? result() : circular), kept, { maxPayloadBytes: 1_000 });
    const job = await scene.job(id);
    expect(job).toMatchObject({ state: 'completed' });
    expect(job.result).toBeUndefined();
    expect(scene.eventsOf('job.result-not-kept')).toMatchObject([
      { id, why: expect.stringMatching(why ?? /circular/i) },
    ]);
  });

  it('that is no JSON does not matter where none is kept', async () => {
    const id = await begin(() => 1n);
    expect(await scene.job(id)).toMatchObject({ state: 'completed' });
    expect(scene.eventsOf('job.result-not-kept')).toEqual([]);
  });
});

describe('the time that a job waits', () => {
  it('is counted once: not when it is tried again, nor in another life', async () => {
    const waits: number[] = [];
    let runs = 0;
    const fails = { run: () => Promise.reject(new Error(`run ${++runs}`)), policy: { maxRetries: 1 } };
    scene = new Scene([fails]);
    scene.bus.tally((_queue, _name, waitedMs) => waits.push(waitedMs));
    const id = await scene.enqueue({ key: 'k' });
    await scene.clock.advance('2s');
    await scene.start();
    await scene.clock.advance('3h');
    expect((await scene.job(id)).state).toBe('dead');
    await scene.engine.replay(parseJobId(id), { actor: 'ann', reason: 'a test' });
    await scene.clock.advance('5s');
    expect([runs, waits]).toEqual([4, [2_000]]);
  });
});
