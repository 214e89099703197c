import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { JobSender } from '../../../lib/client/job-sender.js';
import type { EnqueueReceipt } from '../../../lib/client/enqueue.options.js';
import { systemClock } from '../../../lib/core/clock.js';
import { JobEventBus } from '../../../lib/core/job-event-bus.js';
import type { ContractDefinition } from '../../../lib/core/job-definition.js';
import type { JobEngine } from '../../../lib/engine/engine.port.js';
import { EngineTimeoutError, EngineUnavailableError } from '../../../lib/engine/engine.errors.js';
import { eventually } from '../../support/eventually.js';
import { describeWithRedis, startRedisServer, type RedisServer } from '../../support/redis-server.js';
import { ProcessScene } from './process-scene.js';
import { openRedisEngine } from './redis-engine.js';

const COMMAND_TIMEOUT_MS = 500;
/** For the timer to fire on a busy machine. */
const SLACK_MS = 400;
const AOF = ['--appendonly', 'yes', '--appendfsync', 'always'];

const keyed: ContractDefinition = {
  ...{ name: 'task', queue: 'work', version: 1, level: 1 },
  idempotencyKey: (payload: unknown) => (payload as { n: number }).n,
};
const keyless: ContractDefinition = { name: 'task', queue: 'work', version: 1, level: 1 };

describeWithRedis('a Redis that is away for a while', () => {
  let dir: string;
  let server: RedisServer;
  let scene: ProcessScene;
  let sender: JobSender;
  /** Whose patience is short. */
  let client: JobEngine;

  beforeEach(async () => {
    dir = mkdtempSync(join(tmpdir(), 'vigil-outage-'));
    server = await startRedisServer({ dir, args: AOF });
    scene = await ProcessScene.on(server);
    client = await openRedisEngine({ ...scene.place, commandTimeoutMs: COMMAND_TIMEOUT_MS });
    sender = new JobSender(client, new JobEventBus(() => undefined), systemClock, 1_048_576);
  });
  afterEach(async () => {
    try {
      await scene.checkLedger();
    } finally {
      await scene.close();
      await client.close();
      await server.stop();
      rmSync(dir, { recursive: true, force: true });
    }
  });

  const down = (): Promise<void> => server.stop();
  async function up(): Promise<void> {
    server = await startRedisServer({ dir, port: server.port, args: AOF });
  }

  async function refused(contract: ContractDefinition): Promise<{ error: unknown; ms: number; id: string }> {
    const began = performance.now();
    const error: unknown = await sender.send(contract, { n: 7, do: 'end' }, undefined).then(
      () => Promise.reject(new Error('it was accepted')),
      (reason: unknown) => reason,
    );
    const ms = performance.now() - began;
    const [id = ''] = (error as EngineUnavailableError | EngineTimeoutError).jobIds;
    expect((error as EngineUnavailableError).jobIds).toHaveLength(1);
    return { error, ms, id };
  }

  const repeated = (contract: ContractDefinition, id: string): Promise<EnqueueReceipt> =>
    sender.send(contract, { n: 7, do: 'end' }, { id });

  describe.each([
    ['with a key', keyed],
    ['without a key', keyless],
  ])('refuses an enqueue %s', (_, contract) => {
    it('as unavailable within the deadline when it is down; the repetition by id is accepted once', async () => {
      // The connection had been used, and the queue is known.
      await sender.send(keyed, { n: 1, do: 'end' }, undefined);
      await down();
      await eventually(() => expect(client.queues()).rejects.toThrow(EngineUnavailableError));
      const { error, ms, id } = await refused(contract);
      expect(error).toMatchObject({ code: 'ENGINE_UNAVAILABLE' });
      expect(ms).toBeLessThan(COMMAND_TIMEOUT_MS + SLACK_MS);
      await up();
      const receipts = await eventually(() => Promise.all([repeated(contract, id), repeated(contract, id)]));
      receipts.push(await repeated(contract, id));
      expect(receipts.map((receipt) => [receipt.id, receipt.status])).toEqual(Array(3).fill([id, 'created']));
      expect(await scene.sum('accepted')).toBe(2);
    });

    it('with an unknown outcome within the deadline when it is frozen; the repetition by id is accepted once', async () => {
      await scene.worker();
      await sender.send(keyed, { n: 1, do: 'end' }, undefined);
      await scene.until('completed', 1);
      process.kill(server.pid, 'SIGSTOP');
      const { error, ms, id } = await refused(contract).finally(() => process.kill(server.pid, 'SIGCONT'));
      expect(error).toMatchObject({ code: 'ENGINE_TIMEOUT' });
      expect(ms).toBeLessThan(COMMAND_TIMEOUT_MS + SLACK_MS);
      // It had been accepted after all, and is done and, without a key, forgotten before anybody asks again.
      await scene.until('completed', 2);
      const receipts = await Promise.all([repeated(contract, id), repeated(contract, id)]);
      expect(receipts.map((receipt) => [receipt.id, receipt.status])).toEqual(Array(2).fill([id, 'created']));
      expect(await scene.sum('accepted')).toBe(2);
      expect(await scene.begun()).toHaveLength(2);
    });
  });

  it('loses nothing when it is killed in the middle of work: each accepted job is done, by workers that lived through it', async () => {
    const options = { concurrency: 10, leaseMs: 10_000 };
    const setup = { options, commandTimeoutMs: COMMAND_TIMEOUT_MS };
    const workers = await Promise.all([scene.worker(setup), scene.worker(setup)]);
    const COUNT = 600;
    const ids: string[] = [];
    let errors = 0;
    /** One of several producers; what it is not sure of it repeats. */
    async function produce(first: number): Promise<void> {
      for (let n = first; n < COUNT; n += 4) {
        let id: string | undefined;
        for (let accepted = false; !accepted;) {
          try {
            const receipt = await sender.send(keyed, { n, do: 'linger', ms: 5 }, id === undefined ? undefined : { id });
            expect(receipt.status).toBe('created');
            ids.push(receipt.id);
            accepted = true;
          } catch (error) {
            if (!(error instanceof EngineTimeoutError || error instanceof EngineUnavailableError)) throw error;
            errors++;
            id = error.jobIds[0];
          }
        }
      }
    }
    const producing = Promise.all([0, 1, 2, 3].map(produce));
    for (const threshold of [100, 300]) {
      await eventually(() => ids.length > threshold, { timeout: 20_000, interval: 1 });
      const before = errors;
      await down();
      await eventually(() => errors > before);
      await up();
    }
    await producing;
    await scene.until('completed', COUNT);
    expect(new Set(ids).size).toBe(COUNT);
    expect(await scene.sum('accepted')).toBe(COUNT);
    expect(await scene.sum('dead')).toBe(0);
    // A turn whose answer got lost is answered again: nothing had to begin twice.
    expect((await scene.begun()).filter(({ attempt }) => attempt > 1)).toEqual([]);
    const ended = (await scene.books()).filter(({ what }) => what === 'end');
    expect(new Set(ended.map(({ id }) => id))).toEqual(new Set(ids));
    for (const worker of workers) {
      expect(worker.hasExited).toBe(false);
      expect(worker.lines('error')).toContainEqual(expect.stringMatching(/^store unavailable: queue=work /));
      expect(worker.lines('log')).toContainEqual(expect.stringMatching(/^store available again: queue=work /));
    }
    expect(new Set(ended.map(({ pid }) => pid))).toEqual(new Set(workers.map(({ pid }) => pid)));
  });

  it('finds workers that hear its bell and cancellations again after its return, and their running jobs unharmed', async () => {
    const options = { pollMs: 60_000, sweepIntervalMs: 60_000, leaseMs: 60_000 };
    const worker = await scene.worker({ options });
    const held = await scene.enqueue({ do: 'hold' });
    await eventually(async () => (await scene.begun()).length === 1);
    await down();
    await up();
    await eventually(() => scene.job(held));
    const asked = Date.now();
    const id = await scene.enqueue({ do: 'end' });
    await eventually(async () => (await scene.books()).some((entry) => entry.id === id && entry.what === 'end'));
    expect(Date.now() - asked).toBeLessThan(5_000);
    expect(await scene.job(held)).toMatchObject({ state: 'active', attempt: 1, stalls: 0 });
    expect(await scene.cancel(held)).toMatchObject({ status: 'requested' });
    await scene.until('cancelled', 1, { timeout: 5_000 });
    expect(worker.lines('error').filter((line) => !line.startsWith('store unavailable: '))).toEqual([]);
  });
});
