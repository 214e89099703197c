import { randomUUID } from 'node:crypto';
import { systemClock } from '../../../lib/core/clock.js';
import { OptionChecks } from '../../../lib/core/option-checks.js';
import { AuditService } from '../../../lib/dead-letters/audit.service.js';
import { MemoryEngine } from '../../../lib/engine/memory/memory.engine.js';
import type { JobEngine } from '../../../lib/engine/engine.port.js';
import { AlertBook } from '../../../lib/monitoring/alerts/alert-book.js';
import { alertSettings } from '../../../lib/monitoring/alerts/alert-settings.js';
import { AlertService } from '../../../lib/monitoring/alerts/alert.service.js';
import { StoreTime } from '../../../lib/monitoring/rounds/store-time.js';
import type { EngineHarness } from '../../support/engine-harness.js';
import { redisHarness } from '../../support/engine-redis-harness.js';
import { requestOf } from '../../support/engine-request.js';
import { describeWithRedis } from '../../support/redis-server.js';

const ADA = { actor: 'ada', reason: 'a deploy; "quoted" \n zurück' };
const BOB = { actor: 'bob', reason: 'it is over' };

function servicesOf(engine: JobEngine): { readonly alerts: AlertService; readonly audit: AuditService } {
  const time = new StoreTime(engine, systemClock);
  const book = new AlertBook(engine, alertSettings({}, new OptionChecks('test', 'VIGIL_OPTIONS_INVALID')), time);
  const alerts = new AlertService({ engine, book, delivery: undefined as never, time });
  return { alerts, audit: new AuditService(engine) };
}

/** What a silence leaves behind; the same on every engine. */
function stories(open: () => Promise<Pick<EngineHarness, 'engine' | 'close'>>): void {
  let engine: JobEngine;
  let close: () => Promise<void>;
  beforeEach(async () => {
    ({ engine, close } = await open());
  });
  afterEach(() => close());

  const knownQueue = async (): Promise<string> => {
    const queue = `q${randomUUID()}`;
    await engine.enqueue([requestOf({ queue })]);
    return queue;
  };

  it.each([
    ['of a queue', knownQueue, true],
    ['of every queue', async () => undefined, false],
    ['of a queue that nobody knows yet', async () => 'later', false],
  ])('%s stands in the audit with its end, and what it was', async (_, queueOf, isOwn) => {
    const { alerts, audit } = servicesOf(engine);
    const queue = await queueOf();
    const target = { rule: 'depth', name: 'task', ...(queue !== undefined && { queue }) } as const;
    const id = await alerts.silence(target, { ...ADA, for: '1h' });
    expect(await alerts.silences()).toMatchObject([{ id, ...target, ...ADA }]);
    const [{ until }] = await alerts.silences();
    await alerts.unsilence(id, BOB);
    expect(await alerts.silences()).toEqual([]);
    const { items } = await audit.list();
    const mine = items.filter((entry) => entry.target === id);
    expect(mine).toMatchObject([
      { action: 'unsilence', ...BOB },
      { action: 'silence', ...ADA },
    ]);
    const [ended, begun] = mine.map(({ before, after }) => ({
      before: JSON.parse(before!) as object,
      after: JSON.parse(after!) as object,
    }));
    expect(begun).toEqual({ before: {}, after: { ...target, until } });
    expect(ended).toEqual({ before: { ...target, ...ADA, since: until - 3_600_000, until }, after: {} });
    expect(mine.every((entry) => (entry.queue === queue) === isOwn)).toBe(true);
    expect(mine.every(({ at }) => Math.abs(at - (until - 3_600_000)) < 60_000)).toBe(true);
  });

  it('leaves one line however often its end is asked for, and none for what never was', async () => {
    const { alerts, audit } = servicesOf(engine);
    const id = await alerts.silence({}, { ...ADA, for: '1h' });
    await Promise.all([alerts.unsilence(id, BOB), alerts.unsilence(id, ADA)]);
    await alerts.unsilence(id, BOB);
    await alerts.unsilence('never', BOB);
    const { items } = await audit.list();
    expect(items.map(({ action }) => action)).toEqual(['unsilence', 'silence']);
  });

  it('is begun and ended once, with a line each, when the store is asked twice because its answers were lost', async () => {
    const { alerts, audit } = servicesOf(engine);
    const write = engine.writeAlerts.bind(engine);
    const twice: JobEngine['writeAlerts'] = async (...args) => {
      await write(...args);
      return write(...args);
    };
    Object.assign(engine, { writeAlerts: twice });
    const id = await alerts.silence({}, { ...ADA, for: '1h' });
    expect(await alerts.silences()).toMatchObject([{ id }]);
    await alerts.unsilence(id, BOB);
    expect((await audit.list()).items.map(({ action }) => action)).toEqual(['unsilence', 'silence']);
  });

  it.each([
    ['nobody', undefined],
    ['no reason', { actor: 'bob', reason: ' ' }],
    ['no actor', { actor: '', reason: 'why' }],
    ['too long a reason', { actor: 'bob', reason: 'x'.repeat(501) }],
  ])('is not ended by %s', async (_, by) => {
    const { alerts, audit } = servicesOf(engine);
    const id = await alerts.silence({}, { ...ADA, for: '1h' });
    await expect(alerts.unsilence(id, by as never)).rejects.toMatchObject({ code: 'SILENCE_INVALID' });
    expect(await alerts.silences()).toMatchObject([{ id }]);
    expect((await audit.list()).items).toHaveLength(1);
  });
}

describe('a silence in memory', () =>
  stories(async () => {
    const engine = new MemoryEngine();
    return { engine, close: () => engine.close() };
  }));

describeWithRedis('a silence on Redis', (redis) => {
  stories(() => redisHarness(redis()));
});
