import type { AlertChannel, AlertNotice } from '../../../lib/monitoring/channels/alert-channel.js';
import { buried } from '../../support/engine-settlements.js';
import { AlertStage } from './alert-stage.js';

let stage: AlertStage;
afterEach(() => stage.close());

async function bury(count: number, error = 'Error'): Promise<void> {
  for (let left = count; left > 0; left -= 100) {
    const some = Math.min(100, left);
    await stage.scene.enqueueMany(some);
    const worker = stage.scene.stranger();
    await worker.settle(...(await worker.claim({ slots: some })).map((job) => buried(job, { error })));
  }
}

class FailingChannel implements AlertChannel {
  readonly name = 'failing';
  readonly tries: AlertNotice[] = [];
  isBroken = true;

  async send(notice: AlertNotice): Promise<void> {
    this.tries.push(notice);
    if (this.isBroken) throw new Error('the pager is out; token=abc123secret');
  }
}

describe('an alert', () => {
  // Days pass in steps of seconds, on five instances.
  jest.setTimeout(180_000);
  it('is one for 10,000 burials of one cause, with their count and some of their ids', async () => {
    stage = new AlertStage({}, 3);
    await bury(10_000);
    await bury(1, 'OtherError');
    await stage.clock.advance('20s');
    const burials = stage.heard.notices.filter(({ rule }) => rule === 'job-buried');
    expect(burials).toHaveLength(2);
    const [first, other] = [...burials].sort((a, b) => b.count - a.count);
    expect(first).toMatchObject({
      ...{ rule: 'job-buried', state: 'firing', count: 10_000, name: 'task', queue: stage.scene.queue },
      ...{ owner: 'team-a', lastError: 'Error: it did not work', what: 'task: buried, exhausted' },
    });
    expect(first.samples).toHaveLength(5);
    expect(other).toMatchObject({ count: 1, lastError: 'OtherError: it did not work' });
    expect(await stage.scene.engine.takeAlerts(stage.scene.queue, 10, 1)).toEqual([]);
  });

  it('is told once over five instances, repeated after its time, and resolved once', async () => {
    stage = new AlertStage({ repeat: '30m', rules: { depth: { above: 2 }, 'oldest-waiting': false } }, 5);
    await stage.scene.worker({ leaseMs: 86_400_000 });
    await stage.scene.enqueueMany(3, { type: 'task' });
    await stage.clock.advance('29m');
    expect(stage.heard.told.filter((told) => told.endsWith('depth'))).toEqual(['firing depth']);
    await stage.clock.advance('35m');
    expect(stage.heard.told.filter((told) => told.endsWith('depth'))).toEqual([
      'firing depth',
      'repeated depth',
      'repeated depth',
    ]);
    await stage.scene.stranger().claim();
    await stage.clock.advance('5m');
    expect(stage.heard.told.filter((told) => told.endsWith('depth')).slice(3)).toEqual(['resolved depth']);
    const [alert] = (await stage.alerts.list()).filter(({ rule }) => rule === 'depth');
    expect(alert).toMatchObject({ state: 'resolved', undelivered: {}, isSilenced: false });
    await stage.clock.advance('25h');
    expect((await stage.alerts.list()).filter(({ rule }) => rule === 'depth')).toEqual([]);
  });

  it('that comes and goes within a minute is one', async () => {
    stage = new AlertStage({ rules: { depth: { above: 0 } } });
    for (let n = 0; n < 6; n++) {
      await stage.scene.enqueue();
      await stage.clock.advance('10s');
      await stage.scene.stranger().claim();
      await stage.clock.advance('20s');
    }
    expect(stage.heard.told).toEqual(['firing depth']);
  });

  it('of a crash right after the burial comes from the outbox, by another instance, and counts each burial once', async () => {
    stage = new AlertStage({}, 0);
    await bury(3);
    // Somebody counted them, and died before the outbox heard of it.
    const dead = stage.join();
    const acknowledge = dead.engine.acknowledgeAlerts;
    Object.assign(dead.engine, { acknowledgeAlerts: async () => Promise.reject(new Error('killed')) });
    await dead.outbox.runOnce(stage.scene.queue);
    await dead.rounds.close();
    Object.assign(dead.engine, { acknowledgeAlerts: acknowledge });
    stage.join();
    await stage.clock.advance('1m');
    expect(stage.heard.notices.map(({ state, count }) => [state, count])).toEqual([['firing', 3]]);
    expect(await stage.scene.engine.takeAlerts(stage.scene.queue, 10, 1)).toEqual([]);
  });

  it('counts what somebody else has not, when they are at it at the same time', async () => {
    stage = new AlertStage({}, 2);
    await bury(1, 'OneError');
    await bury(1, 'OtherError');
    const [slow, quick] = stage.instances;
    const { writeAlerts } = slow.engine;
    let isFirst = true;
    Object.assign(slow.engine, {
      writeAlerts: async (...given: Parameters<typeof writeAlerts>) => {
        const [queue, , [id] = []] = given;
        if (isFirst && id) await quick.engine.writeAlerts(queue, [], [id]);
        if (id) isFirst = false;
        return writeAlerts.apply(slow.engine, given);
      },
    });
    await slow.outbox.runOnce(stage.scene.queue);
    await stage.clock.advance('1m');
    // The one of them that was not counted, and it alone.
    expect(stage.heard.notices.map(({ lastError }) => lastError)).toHaveLength(1);
    expect(await stage.scene.engine.takeAlerts(stage.scene.queue, 10, 1)).toEqual([]);
  });

  it('is not told while an operator wants silence, is listed all the same, and comes back afterwards', async () => {
    stage = new AlertStage({ repeat: '10m' }, 2);
    const by = { actor: 'ada', reason: 'the bank is closed' };
    const id = await stage.alerts.silence({ queue: stage.scene.queue, rule: 'job-buried' }, { for: '1h', ...by });
    await bury(2);
    await stage.clock.advance('30m');
    expect(stage.heard.told).toEqual([]);
    expect(await stage.alerts.silences()).toMatchObject([{ id, rule: 'job-buried', ...by }]);
    expect(await stage.alerts.list()).toMatchObject([{ rule: 'job-buried', count: 2, isSilenced: true }]);
    await bury(1);
    await stage.clock.advance('1m');
    await stage.alerts.unsilence(id, { actor: 'bob', reason: 'it is open again' });
    await stage.clock.advance('20m');
    expect(await stage.alerts.silences()).toEqual([]);
    await bury(1);
    await stage.clock.advance('1m');
    expect(stage.heard.told).toEqual(['firing job-buried']);
  });

  it('that still fires when the silence is over is told then, once', async () => {
    stage = new AlertStage({ rules: { depth: { above: 0 }, 'oldest-waiting': false, 'no-worker': false } }, 2);
    await stage.alerts.silence({ rule: 'depth' }, { for: '10m', actor: 'ada', reason: 'a deploy' });
    await stage.scene.enqueue();
    await stage.clock.advance('9m');
    expect(stage.heard.told).toEqual([]);
    await stage.clock.advance('5m');
    expect(stage.heard.told).toEqual(['firing depth']);
  });

  it.each([
    ['without an actor', { actor: '', reason: 'why', for: '1h' as const }],
    ['without a reason', { actor: 'ada', reason: ' ', for: '1h' as const }],
    ['for longer than 30 days', { actor: 'ada', reason: 'why', for: '31d' as const }],
  ])('is not silenced %s', async (_, by) => {
    stage = new AlertStage();
    await expect(stage.alerts.silence({}, by)).rejects.toMatchObject({ code: 'SILENCE_INVALID' });
  });
});

describe('a channel', () => {
  it('that fails does not keep the next one from being told, is tried again, and raises no alert about itself', async () => {
    const failing = new FailingChannel();
    stage = new AlertStage({ channels: [failing] }, 3);
    await bury(1);
    // Rounds come when they come, and the first repetition 10 s after the first try.
    for (let second = 0; second < 20 && stage.heard.told.length === 0; second++) await stage.clock.advance('1s');
    expect(stage.heard.told).toEqual(['firing job-buried']);
    expect(failing.tries).toHaveLength(1);
    const [alert] = await stage.alerts.list();
    expect(alert.undelivered).toEqual({ failing: 'Error: the pager is out; token=[redacted]' });
    expect(stage.lines.filter((line) => line.startsWith('warn'))).toEqual([
      'warn alert channel failing: Error: the pager is out; token=[redacted]',
    ]);
    await stage.clock.advance('5m');
    const firing = (): number => failing.tries.filter(({ state }) => state === 'firing').length;
    const tries = firing();
    expect(tries).toBeGreaterThan(3);
    expect(tries).toBeLessThan(12);
    failing.isBroken = false;
    await stage.clock.advance('11m');
    expect(firing()).toBe(tries + 1);
    expect((await stage.alerts.list())[0].undelivered).toEqual({});
    expect(new Set((await stage.alerts.list()).map(({ rule }) => rule))).toEqual(new Set(['job-buried']));
    expect(stage.heard.told.filter((told) => told.startsWith('firing'))).toEqual(['firing job-buried']);
  });

  it('that does not answer is left alone for a minute, so that the others hear of the next alerts in time', async () => {
    const asked: number[] = [];
    const deaf: AlertChannel = {
      name: 'deaf',
      send: () => {
        asked.push(stage.clock.now());
        return new Promise((_, reject) => stage.clock.schedule(9_000, () => reject(new Error('no answer in time'))));
      },
    };
    stage = new AlertStage({ channels: [deaf], rules: { depth: { above: 0 }, 'oldest-waiting': false } });
    for (const type of ['a', 'b', 'c', 'd', 'e']) await stage.scene.enqueue({ type });
    await stage.clock.advance('40s');
    expect(stage.heard.notices.filter(({ rule }) => rule === 'depth').map(({ name }) => name)).toEqual([
      ...['a', 'b', 'c', 'd', 'e'],
    ]);
    expect(asked).toHaveLength(1);
    const depths = (await stage.alerts.list()).filter(({ rule }) => rule === 'depth');
    for (const { undelivered } of depths) expect(undelivered.deaf).toMatch(/answer/);
    await stage.clock.advance('2m');
    expect(asked.length).toBeGreaterThan(1);
    for (const [n, at] of asked.slice(1).entries()) expect(at - asked[n]).toBeGreaterThanOrEqual(60_000);
  });

  it('is tried by hand, and says what came of it', async () => {
    stage = new AlertStage({ channels: [new FailingChannel()] });
    expect(await stage.alerts.test()).toEqual([
      { channel: 'log' },
      { channel: 'heard' },
      { channel: 'failing', error: 'Error: the pager is out; token=[redacted]' },
    ]);
    expect(stage.heard.told).toEqual(['test test']);
    expect(await stage.alerts.list()).toEqual([]);
    expect(stage.lines).toEqual([
      expect.stringMatching(/^log alert test: rule=test count=1 since=2026-11-26T12:00:00.000Z what="a trial/),
    ]);
  });

  it('is never told a secret', async () => {
    stage = new AlertStage();
    await stage.scene.enqueue();
    const worker = stage.scene.stranger();
    const end = buried(await worker.claimOne()) as Extract<ReturnType<typeof buried>, { kind: 'buried' }>;
    const summary = end.summary.replace('it did not work', 'password=hunter2 is wrong');
    await worker.settle({ ...end, summary });
    await stage.clock.advance('20s');
    expect(stage.heard.notices[0].lastError).toBe('Error: password=[redacted] is wrong');
    const alerts = stage.lines.filter((line) => line.includes('alert firing'));
    expect(alerts.join()).not.toContain('hunter2');
  });
});
