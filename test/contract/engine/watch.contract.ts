import { buried, cancelled, completed, retried } from '../../support/engine-settlements.js';
import { soon } from '../../support/engine-soon.js';
import type { SceneTest } from './scene-test.js';

const never = new AbortController().signal;
const ACTOR = { actor: 'ann', reason: 'enough' };

export function watchContract(it: SceneTest): void {
  it('tells every watcher, in any client, of a completion and its result', async (scene) => {
    const { ref } = await scene.enqueue({ key: 'a' });
    const watchers = [scene.engine, scene.second, scene.engine].map((engine) => engine.watch(ref, never));
    const worker = scene.stranger();
    await worker.settle(retried(await worker.claimOne()));
    await worker.settle(completed(await worker.claimOne(), { result: '{"a":1}' }));
    for (const end of await soon(Promise.all(watchers), 'the end'))
      expect(end).toMatchObject({ state: 'completed', result: '{"a":1}' });
  });

  it('tells of the end of a job that leaves nothing', async (scene) => {
    const { ref } = await scene.enqueue();
    const worker = scene.stranger();
    const job = await worker.claimOne();
    const watching = scene.second.watch(ref, never);
    await scene.elapse(20);
    await worker.settle(completed(job, { windowMs: 0 }));
    const end = await soon(watching, 'the end');
    expect(end).toMatchObject({ state: 'completed' });
    expect(end).not.toHaveProperty('result', expect.anything());
  });

  it('tells why a job died', async (scene) => {
    const { ref } = await scene.enqueue();
    const watching = scene.second.watch(ref, never);
    const worker = scene.stranger();
    await worker.settle(buried(await worker.claimOne(), { reason: 'non_retryable', error: 'CardDeclined' }));
    const dead = { state: 'dead', reason: 'non_retryable', errorName: 'CardDeclined', errorMessage: 'it did not work' };
    expect(await soon(watching, 'the burial')).toMatchObject(dead);
    expect(await soon(scene.engine.watch(ref, never), 'what is known')).toMatchObject(dead);
  });

  it('tells of deaths that no worker took part in', async (scene) => {
    const { ref } = await scene.enqueue({ expiresInMs: 20 });
    const watching = scene.engine.watch(ref, never);
    await scene.elapse(30);
    await scene.sweep();
    expect(await soon(watching, 'the expiry')).toMatchObject({ state: 'dead', reason: 'expired' });
  });

  it('tells of a cancellation, before and while the job runs', async (scene) => {
    const refs = await scene.enqueueMany(2);
    const watchers = refs.map((ref) => scene.engine.watch(ref, never));
    const worker = scene.stranger();
    const job = await worker.claimOne();
    for (const ref of refs) await scene.second.cancel(ref);
    await worker.settle(cancelled(job));
    for (const end of await soon(Promise.all(watchers), 'the end')) expect(end).toMatchObject({ state: 'cancelled' });
  });

  it('answers at once for what has ended', async (scene) => {
    const refs = [
      (await scene.enqueue({ key: 'a' })).ref,
      (await scene.enqueue({ key: 'b' })).ref,
      (await scene.enqueue({ key: 'c' })).ref,
    ];
    await scene.engine.cancel(refs[2]);
    const worker = scene.stranger();
    const [a, b] = await worker.claim();
    await worker.settle(completed(a, { result: '5' }), buried(b));
    await scene.engine.resolve(refs[1], 60_000, ACTOR);
    const ends = await soon(Promise.all(refs.map((ref) => scene.second.watch(ref, never))), 'the ends');
    expect(ends).toMatchObject([{ state: 'completed', result: '5' }, { state: 'resolved' }, { state: 'cancelled' }]);
  });

  it('answers unknown at once for what the store does not know', async (scene) => {
    await scene.enqueue();
    const worker = scene.stranger();
    const job = await worker.claimOne();
    await worker.settle(completed(job, { windowMs: 0 }));
    expect(await soon(scene.engine.watch(job, never), 'an answer')).toBe('unknown');
    expect(await soon(scene.engine.watch(scene.request(), never), 'an answer')).toBe('unknown');
  });

  it('goes on watching through the lives of a job', async (scene) => {
    const { ref } = await scene.enqueue();
    const worker = scene.stranger();
    await worker.settle(buried(await worker.claimOne()));
    await scene.engine.replay(ref, ACTOR);
    const watching = scene.second.watch(ref, never);
    await worker.settle(completed(await worker.claimOne(), { windowMs: 60_000, result: '1' }));
    expect(await soon(watching, 'the end of the second life')).toMatchObject({ state: 'completed' });
  });

  it('stops when its signal aborts, with the reason', async (scene) => {
    const { ref } = await scene.enqueue();
    const abort = new AbortController();
    const watching = scene.engine.watch(ref, abort.signal);
    abort.abort(new Error('waited long enough'));
    await expect(soon(watching, 'the rejection')).rejects.toThrow('waited long enough');
    await expect(soon(scene.engine.watch(ref, abort.signal), 'the rejection')).rejects.toThrow('waited long enough');
    expect(await scene.stateOf(ref)).toBe('waiting');
  });

  it('misses no end, however close to the look', async (scene) => {
    const worker = scene.stranger();
    for (let round = 0; round < 25; round++) {
      const { ref } = await scene.enqueue();
      const job = await worker.claimOne();
      const [end] = await soon(
        Promise.all([
          scene.second.watch(ref, never),
          worker.settle(completed(job, { windowMs: 60_000, result: String(round) })),
        ]),
        'the end',
      );
      expect(end).toMatchObject({ state: 'completed', result: String(round) });
    }
  });
}
