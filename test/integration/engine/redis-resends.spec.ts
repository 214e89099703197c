import { EngineTimeoutError } from '../../../lib/engine/engine.errors.js';
import { parseJobId } from '../../../lib/core/job-id.js';
import { RedisEngine } from '../../../lib/engine/redis/redis.engine.js';
import { buried } from '../../support/engine-settlements.js';
import { EngineScene } from '../../support/engine-scene.js';
import { RedisProxy } from '../../support/redis-proxy.js';
import { describeWithRedis } from '../../support/redis-server.js';

const BY = { actor: 'ann', reason: 'a test' };

/** ioredis sends again what it got no reply to; only the ring knows that it was done. */
describeWithRedis('an operation whose reply gets lost', (redis) => {
  let proxy: RedisProxy;
  let engine: RedisEngine;
  let scene: EngineScene;
  let lost: number;
  let losing = false;
  let whenLost: () => void;

  beforeEach(async () => {
    lost = 0;
    whenLost = () => undefined;
    proxy = await RedisProxy.start(redis().port);
    proxy.loses = ([command]) => {
      const loses = losing && /^eval/i.test(command);
      if (!loses) return false;
      lost++;
      whenLost();
      losing = false;
      return true;
    };
    engine = new RedisEngine({ target: proxy.url, prefix: 'resends', commandTimeoutMs: 20_000 });
    await engine.open();
    const elapse = (): Promise<void> => Promise.reject(new Error('nothing here takes time'));
    scene = new EngineScene({ engine, second: engine, elapse, close: () => Promise.resolve() });
  });
  afterEach(async () => {
    await scene.checkLedger();
    await engine.close();
    await proxy.stop();
  });

  async function losingOne<T>(call: () => Promise<T>): Promise<T> {
    lost = 0;
    losing = true;
    const answer = await call();
    expect(lost).toBe(1);
    return answer;
  }

  async function audited(): Promise<string[]> {
    const { items } = await engine.audit(scene.queue, 10);
    return items.map(({ action, before }) => `${action} ${action === 'pause' ? before : ''}`.trim());
  }

  it('of a replay with another payload, is done once and told that it was', async () => {
    const { ref } = await scene.enqueue({ key: 'a', payload: '1' });
    const worker = scene.stranger();
    await worker.settle(buried(await worker.claimOne()));
    const rebirth = { life: 0, payload: { text: '2', hash: '-' }, newIdempotencyKey: true };
    expect(await losingOne(() => engine.replay(ref, BY, rebirth))).toEqual({ status: 'ok' });
    expect(await scene.get(ref)).toMatchObject({ life: 1, payload: 2, replays: [{ life: 1 }] });
    expect(await audited()).toEqual(['replay']);
  });

  it('of a plan, is done once, whichever step of it it was', async () => {
    await scene.enqueueMany(3);
    const worker = scene.stranger();
    await worker.settle(...(await worker.claim()).map((job) => buried(job)));
    const { queue } = scene;
    const planId = `plan-${queue}`;
    const plan = (await losingOne(() => engine.writePlan({ planId, text: '1', live: true })))!;
    expect(plan.fence).toBe(1);
    const line = { action: 'plan-begun', revision: 1, ...BY, before: 'null', after: '{}' } as const;
    const opened = (await losingOne(() => engine.openPlanPart(queue, planId, plan.fence, line)))!;
    const page = await engine.deadLetters({ queue }, 2, opened.cursor);
    const letters = page.items.map(({ id, life }) => ({ ref: parseJobId(id), life, windowMs: 0 }));
    const { cursor } = opened;
    const where = { planId, queue, fence: plan.fence, cursor, nextCursor: page.nextCursor };
    const move = { ...where, action: 'replay', keepSteps: true, letters, ...BY } as const;
    expect(await losingOne(() => engine.movePlanned(move))).toMatchObject({ moved: 2, missed: 0, underWay: 2 });
    await worker.settle(...(await worker.claim()).map((job) => buried(job)));
    expect(await losingOne(() => engine.lookAtPlanned(queue, planId, 10))).toMatchObject({ died: 2, underWay: 0 });
    expect(await audited()).toEqual(['replay', 'replay', 'plan-begun']);
    const [attended] = await losingOne(() => engine.attendPlans('me', 60_000));
    expect(attended.fence).toBe(2);
  });

  it('of an enqueue, is told what came of each request', async () => {
    await scene.enqueue({ key: 'a' });
    const requests = [scene.request({ key: 'a' }), scene.request(), scene.request({ delayMs: 60_000 })];
    const outcomes = await losingOne(() => engine.enqueue(requests));
    expect(outcomes.map(({ status }) => status)).toEqual(['duplicate', 'created', 'created']);
    expect(await scene.stats()).toMatchObject({ accepted: 3, waiting: 2, scheduled: 1 });
  });

  it('of an enqueue, is not told that nothing was done when a Redis that is full by then refuses the repetition', async () => {
    await scene.enqueue();
    const direct = redis().connect();
    const request = scene.request({ key: 'a' });
    whenLost = () => void direct.config('SET', 'maxmemory', '100kb');
    const error = await losingOne(() => engine.enqueue([request]).catch((reason: unknown) => reason));
    await direct.config('SET', 'maxmemory', '0');
    expect(error).toBeInstanceOf(EngineTimeoutError);
    const [again] = await engine.enqueue([{ ...request, repeat: true }]);
    expect(again).toMatchObject({ status: 'created', state: 'waiting' });
    expect(await scene.stats()).toMatchObject({ accepted: 2, waiting: 2 });
  });

  it('of a cancellation, is told that it was the one', async () => {
    const { ref } = await scene.enqueue();
    expect(await losingOne(() => engine.cancel(ref))).toEqual({ status: 'cancelled', state: 'cancelled' });
    expect(await engine.cancel(ref)).toEqual({ status: 'too_late', state: 'cancelled' });
  });

  it('of a pause, stands in the audit once, with what was before', async () => {
    await scene.enqueue();
    await losingOne(() => engine.setPaused({ queue: scene.queue }, true, BY));
    expect(await audited()).toEqual(['pause {"paused":false}']);
  });

  it.each(['replay', 'resolve'] as const)('of a %s, is done and audited once', async (action) => {
    const { ref } = await scene.enqueue();
    const worker = scene.stranger();
    await worker.settle(buried(await worker.claimOne()));
    const dig = (): Promise<unknown> =>
      action === 'replay' ? engine.replay(ref, BY) : engine.resolve(ref, 60_000, BY);
    expect(await losingOne(dig)).toEqual({ status: 'ok' });
    expect(await audited()).toEqual([action]);
  });

  it('of a turn, is given the same jobs', async () => {
    await scene.enqueueMany(3);
    const claimed = await losingOne(() => scene.stranger().claim({ slots: 2 }));
    expect(claimed.map(({ payload }) => payload)).toEqual(['0', '1']);
    expect(await scene.stats()).toMatchObject({ active: 2, waiting: 1 });
  });
});
