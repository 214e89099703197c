import type { JobRef } from '../../../lib/core/job-id.js';
import type { Rebirth } from '../../../lib/engine/dead-letter.port.js';
import type { EngineScene, SceneRequest } from '../../support/engine-scene.js';
import { buried, completed, heldOf } from '../../support/engine-settlements.js';
import type { SceneTest } from './scene-test.js';

const ACTOR = { actor: 'ann', reason: 'the address was wrong' };
const PATCH = [{ op: 'replace', path: '', value: 2 }];
const SMALL = '{"n":1}';
const BIG = JSON.stringify('x'.repeat(40_000));
const LONG_KEY = 'k'.repeat(200);

async function deadJob(scene: EngineScene, options: SceneRequest = {}): Promise<JobRef> {
  const { ref } = await scene.enqueue({ key: 'a', ...options });
  await die(scene);
  return ref;
}

/** What waits is claimed, remembers a step and is buried. */
async function die(scene: EngineScene): Promise<void> {
  const worker = scene.stranger();
  const job = await worker.claimOne();
  await scene.engine.record({ ...heldOf(job), step: { name: 'charge', value: '1' } });
  await worker.settle(buried(job));
}

function withPayload(text: string, more: Rebirth = {}): Rebirth {
  return { life: 0, payload: { text, hash: `hash${text.length}` }, patch: JSON.stringify(PATCH), ...more };
}

export function editedReplaysContract(it: SceneTest): void {
  it('runs the next life with the payload that it was given, and else as before', async (scene) => {
    const ref = await deadJob(scene, { payload: SMALL, priority: 'low', overrides: { maxRetries: 3 } });
    expect(await scene.engine.replay(ref, ACTOR, withPayload('{"b":2}'))).toEqual({ status: 'ok' });
    expect(await scene.get(ref)).toMatchObject({ state: 'waiting', payload: { b: 2 }, life: 1 });
    const worker = scene.stranger();
    const job = await worker.claimOne();
    expect(job).toMatchObject({ payload: '{"b":2}', key: 'a', level: 2, life: 1, overrides: { maxRetries: 3 } });
    expect(await worker.settle(completed(job))).toEqual(['ok']);
    expect(await scene.get(ref)).toMatchObject({ state: 'completed' });
  });

  it('carries payloads of any size into payloads of any size, and back', async (scene) => {
    const ref = await deadJob(scene, { payload: SMALL, key: LONG_KEY });
    const worker = scene.stranger();
    for (const [life, text] of [BIG, '[1]', BIG, `[${BIG}]`, ''].entries()) {
      await scene.engine.replay(ref, ACTOR, withPayload(text, { life }));
      const job = await worker.claimOne();
      expect(job).toMatchObject({ life: life + 1, payload: text, key: LONG_KEY });
      expect((await scene.get(ref))!.payload).toEqual(text === '' ? undefined : JSON.parse(text));
      await worker.settle(buried(job));
    }
    await scene.engine.replay(ref, ACTOR);
    expect(await worker.claimOne()).toMatchObject({ life: 6, payload: '' });
  });

  it('answers duplicates by the payload that is there now', async (scene) => {
    const ref = await deadJob(scene, { payload: SMALL });
    const edited = scene.request({ key: 'a', payload: '{"b":2}' });
    await scene.engine.replay(ref, ACTOR, {
      life: 0,
      payload: { text: edited.payload, hash: edited.payloadHash },
    });
    expect(await scene.engine.enqueue([edited])).toMatchObject([{ status: 'duplicate', payloadChanged: false }]);
    expect(await scene.enqueue({ key: 'a', payload: SMALL })).toMatchObject({ payloadChanged: true });
  });

  it('keeps what steps remember unless it is told otherwise', async (scene) => {
    const ref = await deadJob(scene);
    const worker = scene.stranger();
    await scene.engine.replay(ref, ACTOR, withPayload('2', { keepSteps: true }));
    const kept = await worker.claimOne();
    expect([...kept.steps]).toEqual([['charge', '1']]);
    await worker.settle(buried(kept));
    await scene.engine.replay(ref, ACTOR, { keepSteps: false });
    const dropped = await worker.claimOne();
    expect(dropped.steps.size).toBe(0);
    expect(await scene.engine.record({ ...heldOf(dropped), step: { name: 'refund', value: '2' } })).toBe('ok');
    await worker.settle(buried(dropped));
    await scene.engine.replay(ref, ACTOR);
    expect([...(await worker.claimOne()).steps]).toEqual([['refund', '2']]);
  });

  it('gives a key of their own to the lives from one on, and to no other', async (scene) => {
    for (const payload of [SMALL, BIG]) {
      const ref = await deadJob(scene, { payload, key: payload.length, overrides: { maxRetries: 1 } });
      await scene.engine.replay(ref, ACTOR);
      await die(scene);
      await scene.engine.replay(ref, ACTOR, { newIdempotencyKey: true });
      const worker = scene.stranger();
      const second = await worker.claimOne();
      expect(second).toMatchObject({ life: 2, payload, overrides: { maxRetries: 1, keyLife: 2 } });
      await worker.settle(buried(second));
      await scene.engine.replay(ref, ACTOR, withPayload('3', { life: 2 }));
      const third = await worker.claimOne();
      expect(third).toMatchObject({ payload: '3', overrides: { maxRetries: 1, keyLife: 2 } });
      await worker.settle(completed(third));
    }
  });

  it('tells in the history how each life began, and in the audit what was and what is', async (scene) => {
    const ref = await deadJob(scene, { payload: SMALL });
    await scene.engine.replay(ref, ACTOR, withPayload('2', { newIdempotencyKey: true, keepSteps: false }));
    await die(scene);
    await scene.engine.replay(ref, { actor: 'bob', reason: 'zurück "jetzt"\n' });
    const { replays, attempts } = (await scene.get(ref))!;
    expect(attempts).toHaveLength(2);
    expect(replays).toEqual([
      { life: 1, ...ACTOR, patch: PATCH, keptSteps: false, newIdempotencyKey: true, at: expect.any(Number) },
      { life: 2, actor: 'bob', reason: 'zurück "jetzt"\n', at: expect.any(Number) },
    ]);
    const [second, first] = (await scene.engine.audit(scene.queue, 2)).items;
    expect(JSON.parse(first.after!)).toEqual({
      ...{ state: 'waiting', life: 1, patch: PATCH, keptSteps: false, newIdempotencyKey: true },
    });
    expect(JSON.parse(second.after!)).toEqual({ state: 'waiting', life: 2 });
    expect(JSON.parse(second.before!)).toMatchObject({ life: 1 });
  });

  it('leaves a large patch out of the history, and not out of the audit', async (scene) => {
    const ref = await deadJob(scene);
    const patch = JSON.stringify([{ op: 'add', path: '', value: 'x'.repeat(9_000) }]);
    await scene.engine.replay(ref, ACTOR, withPayload('2', { patch }));
    expect((await scene.get(ref))!.replays).toMatchObject([{ life: 1, patch: 'left out' }]);
    const [entry] = (await scene.engine.audit(scene.queue, 1)).items;
    expect(JSON.parse(entry.after!)).toMatchObject({ patch: JSON.parse(patch) as unknown });
  });

  it('leaves patches out of the middle of a very long history', async (scene) => {
    const ref = await deadJob(scene);
    for (let life = 0; life < 40; life++) {
      await scene.engine.replay(ref, ACTOR, withPayload('2', { life }));
      await die(scene);
    }
    const { replays, attempts } = (await scene.get(ref))!;
    expect(replays.map(({ life }) => life)).toEqual(Array.from({ length: 40 }, (_, n) => n + 1));
    expect(attempts).toHaveLength(41);
    const whole = replays.map(({ patch }) => typeof patch === 'object');
    expect([whole[0], whole[1], whole[10], whole[16], whole[18], whole[39]]).toEqual([
      true,
      true,
      false,
      false,
      true,
      true,
    ]);
  });

  it('never hits another life than the one that is meant', async (scene) => {
    const ref = await deadJob(scene, { payload: SMALL });
    await scene.second.replay(ref, ACTOR, { life: 0 });
    expect(await scene.engine.replay(ref, ACTOR, withPayload('2'))).toEqual({ status: 'not_dead', state: 'waiting' });
    await die(scene);
    for (const rebirth of [withPayload('2'), { life: 0 }, { life: 0, newIdempotencyKey: true }, { life: 2 }]) {
      expect(await scene.engine.replay(ref, ACTOR, rebirth)).toEqual({ status: 'other_life', life: 1 });
    }
    expect(await scene.get(ref)).toMatchObject({ state: 'dead', life: 1, payload: { n: 1 } });
    expect((await scene.engine.audit(scene.queue, 10)).items).toHaveLength(1);
    expect(await scene.engine.replay(scene.request(), ACTOR, withPayload('2'))).toEqual({ status: 'unknown' });
  });

  it('lets one of many different edits win, as a whole', async (scene) => {
    const ref = await deadJob(scene, { payload: SMALL });
    const texts = Array.from({ length: 10 }, (_, n) => (n % 3 === 0 ? JSON.stringify(`${n}${BIG}`) : `[${n}]`));
    const outcomes = await Promise.all(
      texts.map((text, n) => (n % 2 ? scene.engine : scene.second).replay(ref, ACTOR, withPayload(text))),
    );
    const winners = texts.filter((_, n) => outcomes[n].status === 'ok');
    expect(winners).toHaveLength(1);
    expect(outcomes.filter(({ status }) => status === 'not_dead')).toHaveLength(9);
    expect(await scene.stranger().claim()).toMatchObject([{ payload: winners[0], life: 1 }]);
  });
}
