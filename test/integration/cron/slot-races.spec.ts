import { newOp, slotOfKey } from '../../../lib/core/job-id.js';
import type { SlotTake } from '../../../lib/engine/cron.port.js';
import { RedisEngine } from '../../../lib/engine/redis/redis.engine.js';
import { eventually } from '../../support/eventually.js';
import { describeWithRedis } from '../../support/redis-server.js';

const INSTANCES = 10;
const SLOTS = 10_000;
const QUEUE = 'default';

describeWithRedis('slots on Redis, with ten instances', (redis) => {
  jest.setTimeout(150_000);
  const engines: RedisEngine[] = [];
  let prefixes = 0;

  async function connect(prefix: string): Promise<RedisEngine> {
    const engine = new RedisEngine({ target: redis().url, prefix, commandTimeoutMs: 10_000 });
    engines.push(engine);
    await engine.open();
    return engine;
  }
  afterEach(async () => {
    await Promise.all(engines.splice(0).map((engine) => engine.close()));
  });

  it(`are each given once, when ${SLOTS} of them are raced for`, async () => {
    const prefix = `race-${++prefixes}`;
    const all = await Promise.all(Array.from({ length: INSTANCES }, () => connect(prefix)));
    const entries = [{ name: 'race', fingerprint: 'ms', definition: '{}' }];
    const { now: mark } = await all[0].declareCron({ queue: QUEUE, bootedAt: 1, entries });
    let accepted = 0;
    for (let n = 1; n <= SLOTS; n++) {
      const slot = mark + n;
      const answers = await Promise.all(all.map((engine, i) => engine.takeSlot(raced(slot, `web-${i}`))));
      const statuses = answers.map(({ status }) => status);
      if (statuses.includes('early')) {
        // No slot is given more than a second before its time; nobody has got it.
        expect(statuses.filter((status) => status === 'accepted').length).toBeLessThanOrEqual(1);
        await eventually(async () => (await all[0].storeTime()) >= slot);
        if (!statuses.includes('accepted')) n--;
      }
      accepted += statuses.filter((status) => status === 'accepted').length;
    }
    expect(accepted).toBe(SLOTS);
    expect((await all[0].stats(QUEUE)).types).toMatchObject([{ type: 'race', accepted: SLOTS, waiting: SLOTS }]);
  });
});

function raced(slot: number, instance: string): SlotTake {
  const op = newOp();
  const request = {
    queue: QUEUE,
    type: 'race',
    version: 1,
    slotKey: slotOfKey(slot),
    op,
    key: slot,
    level: 1,
  } as const;
  return {
    request: { ...request, payload: JSON.stringify({ slot }), payloadHash: '-' },
    ...{ slot, kind: 'run', fingerprint: 'ms', after: 0, mostLive: 0, missed: [], missedCount: 0, instance },
    line: { field: `${slot}:${op}`, text: '{}' },
    ...{ overlapText: '{}', alert: '{"name":"race"}' },
  };
}
