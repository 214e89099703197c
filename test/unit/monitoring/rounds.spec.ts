import type { JobLogger } from '../../../lib/core/job-logger.js';
import { MemoryEngine } from '../../../lib/engine/memory/memory.engine.js';
import { MemoryStore } from '../../../lib/engine/memory/memory-store.js';
import { ledgerCheck } from '../../../lib/monitoring/ledger/ledger-check.js';
import { MonitorRounds, type MonitorTask } from '../../../lib/monitoring/rounds/monitor-rounds.js';
import { ManualClock } from '../../../lib/testing/manual-clock.js';
import { requestOf } from '../../support/engine-request.js';

describe('the rounds', () => {
  const lines: string[] = [];
  const logger: JobLogger = {
    log: (line) => lines.push(`log ${line}`),
    warn: (line) => lines.push(`warn ${line}`),
    error: () => undefined,
    debug: () => undefined,
  };
  let clock: ManualClock;
  let store: MemoryStore;
  let engine: MemoryEngine;
  let instances: MonitorRounds[];

  beforeEach(() => {
    lines.length = 0;
    instances = [];
    clock = new ManualClock();
    store = new MemoryStore();
    engine = new MemoryEngine(clock, store);
  });
  afterEach(async () => {
    for (const instance of instances) await instance.close();
  });

  function begin(tasks: readonly MonitorTask[]): MonitorRounds {
    const instance = new MonitorRounds({ engine: new MemoryEngine(clock, store), clock, logger, tasks });
    instances.push(instance);
    instance.start();
    return instance;
  }

  it('do a task for each queue once in its time, however many instances there are', async () => {
    await engine.enqueue([requestOf({ queue: 'a' }), requestOf({ queue: 'b' })]);
    const done: string[] = [];
    const run = async (queue: string): Promise<void> => void done.push(queue);
    for (let n = 0; n < 5; n++) begin([{ name: 'count', everyMs: 60_000, run }]);
    await clock.advance('10m');
    for (const queue of ['a', 'b']) {
      const times = done.filter((each) => each === queue).length;
      expect([times >= 9, times <= 11]).toEqual([true, true]);
    }
  });

  it('go on when the instance that did them is gone', async () => {
    await engine.enqueue([requestOf({ queue: 'a' })]);
    const done: number[] = [];
    for (let n = 0; n < 3; n++) begin([{ name: 'count', everyMs: 0, run: async () => void done.push(n) }]);
    await clock.advance('1m');
    for (const instance of instances.splice(0, 2)) await instance.close();
    done.length = 0;
    await clock.advance('1m');
    expect(new Set(done)).toEqual(new Set([2]));
    expect(done.length).toBeGreaterThan(8);
  });

  it('tell once of a task that fails, and when it works again; the others go on', async () => {
    await engine.enqueue([requestOf({ queue: 'a' })]);
    let isBroken = true;
    let others = 0;
    const breaks = async (): Promise<void> => {
      if (isBroken) throw new Error('no way');
    };
    begin([
      { name: 'breaks', everyMs: 0, run: breaks },
      { name: 'other', everyMs: 0, run: async () => void others++ },
    ]);
    await clock.advance('1m');
    isBroken = false;
    await clock.advance('1m');
    expect(lines).toEqual([
      'warn monitoring: breaks of queue a: Error: no way; it is tried again',
      'log monitoring: breaks of queue a: works again',
    ]);
    expect(others).toBeGreaterThan(20);
  });

  it('check the ledger every minute, and write one alert for a loss', async () => {
    await engine.enqueue([requestOf({ queue: 'a' })]);
    for (let n = 0; n < 3; n++) begin([ledgerCheck(engine)]);
    await clock.advance('2m');
    expect(await engine.takeAlerts('a', 10, 1)).toEqual([]);
    store.queue('a').line('task', 1).accepted++;
    await clock.advance('5m');
    const entries = await engine.takeAlerts('a', 10, 1);
    expect(entries.map(({ kind, data }) => [kind, (JSON.parse(data) as { findings: unknown }).findings])).toEqual([
      ['queue.ledger-broken', [{ what: 'difference', type: 'task', version: 1, amount: 1, ids: [] }]],
    ]);
    expect(await engine.lastLedger('a')).toMatchObject({ findings: [{ what: 'difference' }] });
  });
});
