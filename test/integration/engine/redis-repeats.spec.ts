import { parseJobId } from '../../../lib/core/job-id.js';
import { VigilError } from '../../../lib/core/vigil.error.js';
import type { EnqueueRequest } from '../../../lib/engine/producer.port.js';
import { placeOf } from '../../../lib/engine/redis/redis-keys.js';
import { RedisEngine } from '../../../lib/engine/redis/redis.engine.js';
import { requestOf } from '../../support/engine-request.js';
import { completed } from '../../support/engine-settlements.js';
import { EngineWorker } from '../../support/engine-worker.js';
import { soon } from '../../support/engine-soon.js';
import { eventually } from '../../support/eventually.js';
import { RedisProxy } from '../../support/redis-proxy.js';
import { RedisScene } from '../../support/redis-scene.js';
import { describeWithRedis, startRedisServer, type RedisServer } from '../../support/redis-server.js';

const BY = { actor: 'ann', reason: 'a test' };

/** Refused requests of one tick travelled in one batch, whose fate a repetition of one of them must not decide for the others. */
describeWithRedis('after an outage, of enqueues that were refused together', () => {
  let server: RedisServer;
  let engine: RedisEngine;
  const request = (options = {}): EnqueueRequest => requestOf({ queue: 'q', ...options });
  const again = (given: EnqueueRequest): EnqueueRequest => ({ ...given, repeat: true });

  beforeEach(async () => {
    server = await startRedisServer();
    engine = new RedisEngine({ target: server.url, prefix: 'repeats', commandTimeoutMs: 1_000 });
    await engine.open();
    await engine.enqueue([request()]);
  });
  afterEach(async () => {
    await engine.close();
    await server.stop();
  });

  async function refuse(...requests: EnqueueRequest[]): Promise<void> {
    const { port } = server;
    await server.stop();
    // What goes into a connection that is not known to be broken is sent again when Redis is back.
    await expect(engine.queues()).rejects.toThrow(VigilError);
    for (const refused of await Promise.allSettled(requests.map((each) => engine.enqueue([each])))) {
      expect(refused).toMatchObject({ status: 'rejected', reason: { code: 'ENGINE_UNAVAILABLE' } });
    }
    server = await startRedisServer({ port });
    await eventually(() => engine.stats('q'));
  }

  async function accepted(): Promise<number | undefined> {
    return (await engine.stats('q')).types[0]?.accepted;
  }

  it('only what is repeated is accepted, each once, whenever it comes', async () => {
    const [one, two, three] = [request(), request({ delayMs: 60_000 }), request({ payload: '"other"' })];
    await refuse(one, two, request({ key: 'a' }), three);
    for (let n = 0; n < 2; n++) {
      expect(await engine.enqueue([again(one)])).toMatchObject([{ status: 'created', state: 'waiting' }]);
      expect(await accepted()).toBe(1);
    }
    for (let n = 0; n < 2; n++) {
      const outcomes = await engine.enqueue([again(three), again(two), again(one)]);
      expect(outcomes.map(({ id }) => parseJobId(id).op)).toEqual([three.op, two.op, one.op]);
      expect(outcomes).toMatchObject([{ state: 'waiting' }, { state: 'scheduled' }, { state: 'waiting' }]);
      expect(await accepted()).toBe(3);
    }
  });

  it('each is accepted once when many repeat it, and not again when it is done', async () => {
    const requests = [request(), request(), request()];
    await refuse(...requests);
    const repeat = (): Promise<unknown> => {
      return Promise.all([...requests, ...requests].map(async (each) => engine.enqueue([again(each)])));
    };
    await engine.enqueue([again(requests[0])]);
    await repeat();
    expect(await accepted()).toBe(3);
    const harness = { engine, second: engine, elapse: () => Promise.resolve(), close: () => Promise.resolve() };
    const worker = new EngineWorker(harness, 'q', 'w');
    await worker.settle(...(await worker.claim()).map((job) => completed(job, { windowMs: 0 })));
    await repeat();
    expect(await accepted()).toBe(3);
  });
});

describeWithRedis('repetitions on Redis', (redis) => {
  let scene: RedisScene;

  beforeEach(async () => {
    scene = await RedisScene.on(redis());
  });
  afterEach(() => scene.close());

  async function prefix(): Promise<string> {
    await scene.enqueue({ key: 'first' });
    const { tag } = await scene.keys();
    return tag.slice(1, tag.indexOf(`:${scene.queue}}`));
  }

  it('of more operations than the ring has places, whose answers were all lost, are told what came of each', async () => {
    const proxy = await RedisProxy.start(redis().port);
    const engine = new RedisEngine({ target: proxy.url, prefix: await prefix(), commandTimeoutMs: 5_000 });
    try {
      await engine.open();
      const refs = await scene.enqueueMany(1_500);
      proxy.rewrite = () => Buffer.alloc(0);
      const outcomes = Promise.all(refs.map((ref) => engine.cancel(ref)));
      outcomes.catch(() => undefined);
      await eventually(async () => (await scene.stats()).cancelled >= 512);
      await scene.elapse(200);
      proxy.rewrite = (reply) => reply;
      await scene.client.call('CLIENT', 'KILL', 'TYPE', 'normal');
      expect(new Set((await outcomes).map(({ status }) => status))).toEqual(new Set(['cancelled']));
      expect(await scene.stats()).toMatchObject({ cancelled: 1_500 });
    } finally {
      await engine.close();
      await proxy.stop();
    }
  });

  it('of operations are not waited for one after the other when Redis is away', async () => {
    const proxy = await RedisProxy.start(redis().port);
    const engine = new RedisEngine({ target: proxy.url, prefix: await prefix(), commandTimeoutMs: 500 });
    try {
      await engine.open();
      const { ref } = await scene.enqueue();
      // A new connection would bring an answer to whatever still waits then.
      proxy.blackOut();
      const cancels = Array.from({ length: 3_000 }, () => engine.cancel(ref));
      const ends = await soon(Promise.allSettled(cancels), 'the end of all', 2_000);
      const code = expect.stringMatching(/^ENGINE_(TIMEOUT|UNAVAILABLE)$/) as unknown;
      for (const end of ends) expect(end).toMatchObject({ status: 'rejected', reason: { code } });
    } finally {
      await engine.close();
      await proxy.stop();
    }
  });

  it('that come after the tombstone of a cancelled job, but before its ghost is gone, are one job', async () => {
    for (const delayMs of [undefined, 60_000]) {
      await scene.engine.setPaused({ queue: scene.queue }, true, BY);
      const request = scene.request({ key: `delayed by ${delayMs}` });
      await scene.engine.enqueue([request, scene.request()]);
      await scene.engine.cancel(request);
      await scene.client.del((await scene.keys()).record(placeOf(request)));

      await scene.second.enqueue([{ ...request, delayMs, repeat: true }]);
      await scene.checkLedger();
      await scene.engine.setPaused({ queue: scene.queue }, false, BY);
      const claimed = await scene.stranger().claim();
      expect(claimed.filter(({ slotKey }) => slotKey === request.slotKey)).toHaveLength(delayMs === undefined ? 1 : 0);
      await scene.checkLedger();
    }
    expect(await scene.stats()).toMatchObject({ active: 3, scheduled: 1, waiting: 0 });
  });
});
