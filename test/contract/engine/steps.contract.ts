import { buried, heldOf, retried } from '../../support/engine-settlements.js';
import type { SceneTest } from './scene-test.js';

const KIB = 1024;
const textOf = (bytes: number): string => JSON.stringify('x'.repeat(bytes - 2));

export function stepsContract(it: SceneTest): void {
  it('remembers steps from one attempt to the next, as the texts they were', async (scene) => {
    await scene.enqueue();
    const worker = scene.stranger();
    const first = await worker.claimOne();
    expect(await scene.engine.record({ ...heldOf(first), step: { name: 'charge', value: '{"id":"p_1"}' } })).toBe('ok');
    expect(await scene.engine.record({ ...heldOf(first), step: { name: 'ünïcode 😀', value: '[]' } })).toBe('ok');
    await worker.settle(retried(first));
    const second = await worker.claimOne();
    expect([...second.steps].sort()).toEqual([
      ['charge', '{"id":"p_1"}'],
      ['ünïcode 😀', '[]'],
    ]);
    expect(first.steps.size).toBe(0);
  });

  it('takes a step that is written again for the same step', async (scene) => {
    await scene.enqueue();
    const worker = scene.stranger();
    const job = await worker.claimOne();
    for (const value of ['1', '2']) await scene.engine.record({ ...heldOf(job), step: { name: 'a', value } });
    await worker.settle(retried(job));
    expect([...(await worker.claimOne()).steps]).toEqual([['a', '2']]);
  });

  it('keeps the steps of jobs apart, and forgets them with the job', async (scene) => {
    await scene.enqueue({ key: 'a' });
    const worker = scene.stranger();
    const job = await worker.claimOne();
    await scene.engine.record({ ...heldOf(job), step: { name: 'a', value: '1' } });
    await worker.settle({ ...heldOf(job), kind: 'completed', windowMs: 0, durationMs: 1 });
    await scene.enqueue({ key: 'a' });
    await scene.enqueue({ key: 'b' });
    expect((await worker.claim()).map(({ steps }) => steps.size)).toEqual([0, 0]);
  });

  it('keeps the steps through burial and replay', async (scene) => {
    const { ref } = await scene.enqueue();
    const worker = scene.stranger();
    const job = await worker.claimOne();
    await scene.engine.record({ ...heldOf(job), step: { name: 'a', value: '1' } });
    await worker.settle(buried(job));
    await scene.engine.replay(ref, { actor: 'ann', reason: 'fixed' });
    expect([...(await worker.claimOne()).steps]).toEqual([['a', '1']]);
  });

  it('takes results up to 64 KiB each, counted in bytes', async (scene) => {
    await scene.enqueue();
    const job = await scene.stranger().claimOne();
    const step = (value: string): Promise<string> =>
      scene.engine.record({ ...heldOf(job), step: { name: 'a', value } });
    expect(await step(textOf(64 * KIB))).toBe('ok');
    expect(await step(textOf(64 * KIB + 1))).toBe('too_large');
    expect(await step(JSON.stringify('é'.repeat(32 * KIB)))).toBe('too_large');
  });

  it('takes up to 512 KiB of results for a job, and keeps what it has', async (scene) => {
    await scene.enqueue();
    const worker = scene.stranger();
    const job = await worker.claimOne();
    const step = (name: string, bytes: number): Promise<string> =>
      scene.engine.record({ ...heldOf(job), step: { name, value: textOf(bytes) } });
    for (let n = 0; n < 8; n++) expect(await step(`s${n}`, 64 * KIB)).toBe('ok');
    expect(await step('one-more', 3)).toBe('too_large');
    expect(await step('s0', 64 * KIB)).toBe('ok');
    expect(await step('s0', 32 * KIB)).toBe('ok');
    expect(await step('one-more', 32 * KIB)).toBe('ok');
    expect(await step('too-much', 3)).toBe('too_large');
    await worker.settle(retried(job));
    expect((await worker.claimOne()).steps.size).toBe(9);
  });

  it('shows the last progress of a job', async (scene) => {
    const { ref } = await scene.enqueue();
    const job = await scene.stranger().claimOne();
    expect((await scene.get(ref))!.progress).toBeUndefined();
    for (const progress of ['{"done":1}', '{"done":2}'])
      expect(await scene.engine.record({ ...heldOf(job), progress })).toBe('ok');
    expect(await scene.get(ref)).toMatchObject({ progress: { done: 2 } });
  });

  it('takes 4 KiB of progress and no more', async (scene) => {
    const { ref } = await scene.enqueue();
    const job = await scene.stranger().claimOne();
    expect(await scene.engine.record({ ...heldOf(job), progress: textOf(4 * KIB) })).toBe('ok');
    expect(await scene.engine.record({ ...heldOf(job), progress: textOf(4 * KIB + 1) })).toBe('too_large');
    expect((await scene.get(ref))!.progress).toHaveLength(4 * KIB - 2);
  });

  it('tells whether the attempt still owns its job', async (scene) => {
    await scene.enqueue();
    const worker = scene.stranger();
    const job = await worker.claimOne();
    expect(await scene.engine.record(heldOf(job))).toBe('ok');
    await worker.settle(retried(job));
    expect(await scene.engine.record(heldOf(job))).toBe('lease_lost');
    expect(await scene.engine.record({ ...heldOf(job), queue: scene.otherQueue('b') })).toBe('lease_lost');
  });
}
