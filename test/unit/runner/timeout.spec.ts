import { JobTimeoutError } from '../../../lib/core/handler-signals.js';
import type { JobContext } from '../../../lib/core/job-context.js';
import { hold, never } from './handlers.js';
import { Scene } from './scene.js';

let scene: Scene;
afterEach(() => scene.close());

async function begin(...args: Parameters<typeof Scene.begun>): Promise<string> {
  const begun = await Scene.begun(...args);
  scene = begun.scene;
  return begun.id;
}

describe('a timeout', () => {
  it('aborts the signal, counts as a failure, and names itself', async () => {
    const reasons: unknown[] = [];
    const id = await begin(
      (_: never, { signal }) =>
        hold(_, { signal } as JobContext).catch((error: unknown) => {
          reasons.push(error);
          throw error;
        }),
      { policy: { timeoutMs: 5_000, maxRetries: 0 } },
    );
    await scene.clock.advance(4_999);
    expect((await scene.job(id)).state).toBe('active');
    await scene.clock.advance(1);
    expect(await scene.job(id)).toMatchObject({
      state: 'dead',
      burial: { reason: 'timeout' },
      attempts: [{ outcome: 'timeout', error: { name: 'JobTimeoutError' } }],
    });
    expect(reasons).toEqual([expect.any(JobTimeoutError)]);
    expect(scene.eventsOf('job.zombie')).toEqual([]);
  });

  it('frees the slot of a handler that ignores it, counts the zombie, refuses its late result', async () => {
    let finish = (): void => undefined;
    const started: string[] = [];
    const id = await begin(
      (data: { slow?: boolean }, ctx) => {
        started.push(ctx.id);
        return started.length === 1 ? new Promise<void>((resolve) => (finish = resolve)) : data;
      },
      { policy: { timeoutMs: 1_000, maxRetries: 0 } },
      { concurrency: 2 },
    );
    await scene.clock.advance('1s');
    expect(scene.worker.zombies).toBe(1);
    expect(scene.worker.running).toBe(0);
    expect(scene.eventsOf('job.zombie')).toMatchObject([{ id, attempt: 1, ended: false, zombies: 1 }]);
    const next = await scene.enqueue();
    await scene.rest();
    expect(started).toEqual([id, next]);
    finish();
    await scene.rest();
    expect(scene.worker.zombies).toBe(0);
    expect(scene.eventsOf('job.zombie')).toMatchObject([{ ended: false }, { id, ended: true, zombies: 0 }]);
    expect((await scene.job(id)).state).toBe('dead');
  });

  it('gives back a job whose zombie runs here, uncounted, and runs it when the zombie is gone', async () => {
    let finish = (): void => undefined;
    let starts = 0;
    const id = await begin(() => (++starts === 1 ? new Promise<void>((resolve) => (finish = resolve)) : undefined), {
      policy: { timeoutMs: 10_000 },
    });
    await scene.clock.advance('11s');
    expect(starts).toBe(1);
    expect(await scene.job(id)).toMatchObject({ state: 'scheduled', failures: 1, attempt: 2 });
    expect(scene.eventsOf('job.released')).toMatchObject([{ id, why: 'zombie' }]);
    finish();
    await scene.clock.advance('1s');
    expect(starts).toBe(2);
    expect(await scene.job(id)).toMatchObject({ state: 'completed' });
  });

  it('buries a job whose handler never settles, without ever running it twice at a time', async () => {
    let starts = 0;
    const id = await begin(() => (starts++, never()), { policy: { timeoutMs: 5_000, maxRetries: 2 } });
    await scene.clock.advance('1m');
    expect(starts).toBe(1);
    const job = await scene.job(id);
    expect(job).toMatchObject({ state: 'dead', failures: 3, burial: { reason: 'timeout' } });
    expect(job.attempts.at(-1)?.error?.message).toMatch(/handler of an earlier attempt still runs/);
  });

  it('stops claiming when zombies hold every slot, and goes on when one ends', async () => {
    const finish: (() => void)[] = [];
    const ran: string[] = [];
    await begin(
      (_: never, ctx) => {
        ran.push(ctx.id);
        return ran.length <= 2 ? new Promise<void>((resolve) => finish.push(resolve)) : undefined;
      },
      { policy: { timeoutMs: 1_000, maxRetries: 0 } },
      { concurrency: 2 },
    );
    await scene.enqueue();
    await scene.clock.advance('2s');
    expect(scene.worker.zombies).toBe(2);
    const waiting = await scene.enqueue();
    await scene.clock.advance('10s');
    expect((await scene.job(waiting)).state).toBe('waiting');
    finish[0]();
    await scene.rest();
    expect(ran.at(-1)).toBe(waiting);
  });

  it('covers an asynchronous schema as well', async () => {
    const schema = { '~standard': { version: 1, vendor: 'own', validate: never } } as never;
    const id = await begin(() => undefined, { schema, policy: { timeoutMs: 1_000, maxRetries: 0 } });
    await scene.clock.advance('1s');
    expect(await scene.job(id)).toMatchObject({ state: 'dead', burial: { reason: 'timeout' } });
    expect(scene.worker.zombies).toBe(0);
  });
});
