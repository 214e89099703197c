import { EngineUnavailableError } from '../../../lib/engine/engine.errors.js';
import type { StoreHealth } from '../../../lib/engine/store-health.port.js';
import { JobHealth, type WatchedWorker } from '../../../lib/monitoring/health/job-health.js';
import { JobHealthIndicator } from '../../../lib/monitoring/health/job-health.indicator.js';
import { AlertStage } from './alert-stage.js';
import { buried } from '../../support/engine-settlements.js';

let stage: AlertStage;
afterEach(() => stage.close());

function healthOf(worker?: WatchedWorker, health?: () => Promise<StoreHealth>): JobHealth {
  const [{ engine, book }] = stage.instances;
  if (health) Object.assign(engine, { health });
  return new JobHealth({ engine, book, ...(worker && { worker }), monotonic: () => stage.clock.now() });
}

const running = (id: string, zombies = 0): WatchedWorker => ({
  ...{ state: 'running', id, zombies },
  queues: [stage.scene.queue],
});

describe('readiness', () => {
  it('is up when all is well, and says how fast the store is and what it promises', async () => {
    stage = new AlertStage();
    const { id } = await stage.scene.worker();
    const { status, checks } = await healthOf(running(id)).readiness();
    expect(status).toBe('up');
    expect(Object.keys(checks).sort()).toEqual([
      'alerts',
      'eviction',
      'persistence',
      'promoter',
      'store',
      'sweeper',
      'worker',
      'writable',
    ]);
    expect(checks.persistence.message).toMatch(/none: jobs end/);
  });

  it('is down while the store does not answer, and asks it at most once a second', async () => {
    stage = new AlertStage();
    let asked = 0;
    const health = healthOf(undefined, async () => {
      asked++;
      throw new EngineUnavailableError('there is no connection to Redis');
    });
    const reports = await Promise.all([health.readiness(), health.readiness()]);
    expect(reports[0]).toEqual({
      status: 'down',
      checks: { store: { status: 'down', message: expect.stringContaining('no connection') } },
    });
    expect(asked).toBe(1);
    await stage.clock.advance('1s');
    await health.readiness();
    expect(asked).toBe(2);
    expect(health.liveness().status).toBe('up');
  });

  it.each<[string, Partial<StoreHealth>, string, string]>([
    ['Redis refuses writes', { isWritable: false, problem: 'OOM' }, 'writable', 'down'],
    ['Redis may evict jobs', { evictionPolicy: 'allkeys-lru' }, 'eviction', 'degraded'],
    ['Redis is slow', { latencyMs: 1_500 }, 'store', 'degraded'],
  ])('tells when %s', async (_, part, check, status) => {
    stage = new AlertStage();
    const sound: StoreHealth = { latencyMs: 1, isWritable: true, durability: 'AOF', evictionPolicy: 'noeviction' };
    const report = await healthOf(undefined, async () => ({ ...sound, ...part })).readiness();
    expect([report.status, report.checks[check].status]).toEqual([status, status]);
  });

  it('tells of a worker that drains, holds zombies or has lost its lease', async () => {
    stage = new AlertStage();
    const { id } = await stage.scene.worker();
    const statusOf = async (worker: WatchedWorker): Promise<string> =>
      (await healthOf(worker).readiness()).checks.worker.status;
    expect(await statusOf({ ...running(id), state: 'draining' })).toBe('down');
    expect(await statusOf({ state: 'idle', zombies: 0, queues: [] })).toBe('up');
    expect(await statusOf(running(id, 2))).toBe('degraded');
    expect(await statusOf(running('another'))).toBe('down');
    expect(await statusOf(running('another', 2))).toBe('down');
    expect((await healthOf().readiness()).checks.worker).toBeUndefined();
  });

  it('does not ask of a process without handlers that it is known to the store', async () => {
    stage = new AlertStage();
    await stage.scene.worker();
    const { status, checks } = await healthOf({ ...running('another'), queues: [] }).readiness();
    expect([status, checks.worker]).toEqual(['up', { status: 'up', message: 'no job is handled here' }]);
  });

  it('tells when workers live and nobody promotes or sweeps', async () => {
    stage = new AlertStage();
    await stage.scene.worker({ leaseMs: 3_600_000 });
    const dead = await stage.scene.worker();
    await stage.scene.enqueue({ delayMs: 10_000 });
    await dead.die();
    const { checks } = await healthOf().readiness();
    expect([checks.promoter.status, checks.sweeper.status]).toEqual(['up', 'up']);
    await stage.clock.advance('90s');
    const late = (await healthOf().readiness()).checks;
    expect([late.promoter.status, late.sweeper.status]).toEqual(['degraded', 'degraded']);
    expect(late.sweeper.message).toContain(stage.scene.queue);
  });

  it('is degraded while alerts can not be delivered', async () => {
    let isBroken = true;
    const send = async (): Promise<void> => {
      if (isBroken) throw new Error('out of order');
    };
    stage = new AlertStage({ channels: [{ name: 'pager', send }] });
    const worker = await stage.scene.worker({ leaseMs: 86_400_000 });
    await stage.scene.enqueue();
    await worker.settle(buried(await worker.claimOne()));
    await stage.clock.advance('20s');
    expect((await healthOf().readiness()).checks.alerts).toEqual({
      status: 'degraded',
      message: 'alerts could not be delivered to: pager',
    });
    isBroken = false;
    await stage.clock.advance('2m');
    expect((await healthOf().readiness()).checks.alerts).toEqual({ status: 'up' });
  });
});

describe('the indicator', () => {
  it('counts what is degraded as up, and says what it is', async () => {
    stage = new AlertStage();
    const { id } = await stage.scene.worker();
    expect(await new JobHealthIndicator(healthOf(running(id))).isReady()).toEqual({ jobs: { status: 'up' } });
    expect(await new JobHealthIndicator(healthOf(running(id, 1))).isReady('queue')).toEqual({
      queue: { status: 'up', degraded: true, worker: '1 handlers run on after their attempts' },
    });
    const gone = healthOf(undefined, async () => Promise.reject(new Error('gone')));
    const indicator = new JobHealthIndicator(gone);
    expect(await indicator.isReady()).toEqual({ jobs: { status: 'down', store: 'gone' } });
    expect(indicator.isAlive()).toEqual({ jobs: { status: 'up' } });
  });
});
