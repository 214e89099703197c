import { JobCancelledError } from '../../../lib/core/handler-signals.js';
import type { JobContext } from '../../../lib/core/job-context.js';
import { parseJobId } from '../../../lib/core/job-id.js';
import { stoppable } from './handlers.js';
import { Scene } from './scene.js';

let scene: Scene;
afterEach(() => scene.close());

describe('a cancellation', () => {
  it('reaches a running handler, which ends the job as cancelled', async () => {
    const reasons: unknown[] = [];
    scene = await new Scene([{ run: stoppable(reasons) }]).start();
    const id = await scene.enqueue({ key: 1 });
    await scene.rest();
    expect(await scene.engine.cancel(parseJobId(id))).toMatchObject({ status: 'requested' });
    await scene.rest();
    expect(reasons).toEqual([expect.any(JobCancelledError)]);
    expect((await scene.job(id)).state).toBe('cancelled');
    expect(scene.eventsOf('job.cancelled')).toMatchObject([{ id, running: true }]);
  });

  it('is heard of at the next beat where the message got lost', async () => {
    scene = new Scene([{ run: stoppable() }]);
    scene.shaky.loseRequests('onCancelRequest');
    await scene.worker.start();
    const id = await scene.enqueue({ key: 1 });
    await scene.rest();
    await scene.engine.cancel(parseJobId(id));
    await scene.rest();
    expect((await scene.job(id)).state).toBe('active');
    await scene.clock.advance('10s');
    expect((await scene.job(id)).state).toBe('cancelled');
    scene.shaky.heal();
  });

  it('comes second to a completion', async () => {
    const run = (_: never, { signal }: JobContext): Promise<string> =>
      new Promise((resolve) => signal.addEventListener('abort', () => resolve('done anyway')));
    scene = await new Scene([{ run, policy: { keepResult: true } }]).start();
    const id = await scene.enqueue({ key: 1 });
    await scene.rest();
    await scene.engine.cancel(parseJobId(id));
    await scene.rest();
    expect(await scene.job(id)).toMatchObject({ state: 'completed', result: 'done anyway' });
  });

  it('does not wait for ever for a handler that ignores it', async () => {
    scene = await new Scene([{ run: () => new Promise(() => undefined), policy: { timeoutMs: 600_000 } }]).start();
    const id = await scene.enqueue({ key: 1 });
    await scene.rest();
    await scene.engine.cancel(parseJobId(id));
    await scene.clock.advance(4_999);
    expect((await scene.job(id)).state).toBe('active');
    await scene.clock.advance(1);
    expect((await scene.job(id)).state).toBe('cancelled');
    expect(scene.worker.zombies).toBe(1);
  });

  it('of a job that has just failed ends it instead of its retry', async () => {
    scene = await new Scene([
      { run: (_: never, ctx) => stoppable()(_, ctx).catch(() => Promise.reject(new Error('own error'))) },
    ]).start();
    const id = await scene.enqueue({ key: 1 });
    await scene.rest();
    await scene.engine.cancel(parseJobId(id));
    await scene.rest();
    expect(await scene.job(id)).toMatchObject({ state: 'cancelled' });
    expect(scene.eventsOf('job.retried')).toEqual([]);
  });
});
