import { formatJobId } from '../../../../lib/core/job-id.js';
import { MemoryStore } from '../../../../lib/engine/memory/memory-store.js';
import { memoryHarness } from '../../../support/engine-memory-harness.js';
import { EngineScene } from '../../../support/engine-scene.js';
import { buried } from '../../../support/engine-settlements.js';

describe('the ledger of the memory engine, in which somebody tampers', () => {
  const store = new MemoryStore();
  let scene: EngineScene;

  beforeEach(async () => {
    scene = new EngineScene(await memoryHarness(store));
    const worker = await scene.worker();
    await scene.enqueueMany(3);
    const [dies] = await worker.claim({ slots: 2 });
    await worker.settle(buried(dies));
  });
  afterEach(() => scene.harness.close());

  const line = (): ReturnType<ReturnType<MemoryStore['queue']>['line']> => store.queue(scene.queue).line('task', 1);

  it('names what stands nowhere', async () => {
    const [job] = line().active;
    line().active.clear();
    const { findings } = await scene.engine.readLedger(scene.queue);
    expect(findings).toMatchObject([
      { what: 'difference', amount: 1 },
      { what: 'homeless-records', amount: 1, ids: [formatJobId(job)] },
    ]);
  });

  it('names what has no record', async () => {
    const [job] = line().levels[1];
    store.queue(scene.queue).type('task').slots.delete(job.slotKey);
    const { findings } = await scene.engine.readLedger(scene.queue);
    expect(findings).toMatchObject([{ what: 'lost-members', amount: 1, ids: [formatJobId(job)] }]);
  });

  it('sees a counter that was bumped', async () => {
    line().resolved += 2;
    const { findings } = await scene.engine.readLedger(scene.queue);
    expect(findings).toMatchObject([{ what: 'difference', amount: -2, ids: [] }]);
  });
});
