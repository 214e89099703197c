import type { EngineScene } from '../../support/engine-scene.js';
import { buried, cancelled, completed, retried } from '../../support/engine-settlements.js';
import type { LedgerReading } from '../../../lib/engine/ledger.port.js';
import type { SceneTest } from './scene-test.js';

async function alerts(scene: EngineScene): Promise<unknown[]> {
  const entries = await scene.engine.takeAlerts(scene.queue, 100, 60_000);
  return entries.filter(({ kind }) => kind === 'queue.ledger-broken').map(({ data }) => JSON.parse(data) as unknown);
}

function broken(queue: string, what: LedgerReading['findings'][number]['what'], type = 'task'): LedgerReading {
  return { queue, at: 1, types: [], findings: [{ what, type, version: 1, amount: 1, ids: ['a~b~c~d'] }] };
}

export function ledgerContract(it: SceneTest): void {
  it('reads where every accepted job is, by type and version', async (scene) => {
    const worker = await scene.worker();
    await scene.enqueueMany(8);
    await scene.enqueue({ delayMs: 60_000 });
    await scene.enqueue({ type: 'other', version: 2 });
    const gone = await scene.enqueue();
    await scene.engine.cancel(gone.ref);
    const [a, b, c, d, e, f] = await worker.claim({ slots: 6 });
    await worker.settle(completed(a), buried(b), buried(c), cancelled(d), retried(e, { delayMs: 60_000 }));
    await scene.engine.resolve(c, 1_000, { actor: 'ann', reason: 'paid by hand' });
    const { queue, at, types, findings } = await scene.engine.readLedger(scene.queue);
    expect(queue).toBe(scene.queue);
    expect(at).toBeGreaterThan(0);
    expect(findings).toEqual([]);
    expect(f).toBeDefined();
    expect(types).toEqual([
      {
        ...{ type: 'other', version: 2, accepted: 1, waiting: 1 },
        ...{ scheduled: 0, active: 0, dead: 0, completed: 0, cancelled: 0, resolved: 0 },
      },
      {
        ...{ type: 'task', version: 1, accepted: 10, waiting: 2 },
        ...{ scheduled: 2, active: 1, dead: 1, completed: 1, cancelled: 2, resolved: 1 },
      },
    ]);
  });

  it('reads nothing of a queue that nobody knows', async (scene) => {
    expect(await scene.engine.readLedger(scene.queue)).toMatchObject({ types: [], findings: [] });
    expect(await scene.engine.lastLedger(scene.queue)).toBeUndefined();
  });

  it('keeps the last reading for every client', async (scene) => {
    await scene.enqueue();
    const reading = await scene.engine.readLedger(scene.queue);
    expect(await scene.engine.keepLedger(reading)).toBe(false);
    expect(await scene.second.lastLedger(scene.queue)).toEqual(reading);
    expect(await alerts(scene)).toEqual([]);
  });

  it('raises one alert for what is newly wrong, and none while it stays so', async (scene) => {
    await scene.enqueue();
    expect(await scene.engine.keepLedger(broken(scene.queue, 'difference'))).toBe(true);
    expect(await scene.second.keepLedger(broken(scene.queue, 'difference'))).toBe(false);
    expect(await alerts(scene)).toEqual([
      { queue: scene.queue, at: 1, findings: broken(scene.queue, 'difference').findings },
    ]);
    expect(await scene.engine.keepLedger(broken(scene.queue, 'difference', 'other'))).toBe(true);
    expect(await scene.engine.keepLedger({ ...broken(scene.queue, 'difference'), findings: [] })).toBe(false);
    expect(await scene.engine.keepLedger(broken(scene.queue, 'difference', 'other'))).toBe(true);
    expect(await alerts(scene)).toHaveLength(2);
  });

  it('lets one take a duty in its span, over all clients', async (scene) => {
    await scene.enqueue();
    const taken = await Promise.all(
      [scene.engine, scene.second, scene.engine].map((engine) => engine.takeDuty(scene.queue, 'ledger', 60)),
    );
    expect(taken.filter(Boolean)).toHaveLength(1);
    expect(await scene.second.takeDuty(scene.queue, 'other', 60_000)).toBe(true);
    await scene.elapse(65);
    expect(await scene.second.takeDuty(scene.queue, 'ledger', 60_000)).toBe(true);
    expect(await scene.engine.takeDuty(scene.queue, 'ledger', 60_000)).toBe(false);
  });
}
