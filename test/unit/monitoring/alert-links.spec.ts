import type { LinkedAlert } from '../../../lib/monitoring/alerts/alert-link.js';
import type { AlertNotice } from '../../../lib/monitoring/channels/alert-channel.js';
import { buried } from '../../support/engine-settlements.js';
import { AlertStage } from './alert-stage.js';

/** Beyond so many in a queue, burials are counted by job alone. */
const MOST_ALERTS = 200;
/** At most, at once. */
const CLAIMED = 100;

let stage: AlertStage;
beforeEach(() => (stage = new AlertStage({}, 1, (alert: LinkedAlert) => `https://ops/${JSON.stringify(alert)}`)));
afterEach(() => stage.close());

async function bury(...errors: string[]): Promise<void> {
  await stage.scene.enqueueMany(errors.length);
  const worker = stage.scene.stranger();
  const jobs = await worker.claim({ slots: errors.length });
  await worker.settle(...jobs.map((job, n) => buried(job, { error: errors[n] })));
}

const about = ({ link = '' }: AlertNotice): unknown => JSON.parse(link.replace('https://ops/', ''));

describe('the link in a notice', () => {
  it('is made from the queue, the job and the cause of its burials', async () => {
    await bury('Error', 'Error');
    await stage.clock.advance('20s');
    const { queue } = stage.scene;
    expect(stage.heard.notices.map(about)).toEqual([
      { rule: 'job-buried', queue, name: 'task', group: 'group of Error' },
    ]);
  });

  it('names no cause where the alert counts those of many', async () => {
    const errors = Array.from({ length: MOST_ALERTS + 2 }, (_, n) => `Error${n}`);
    for (let n = 0; n < errors.length; n += CLAIMED) await bury(...errors.slice(n, n + CLAIMED));
    await stage.clock.advance('20s');
    const { queue } = stage.scene;
    const whole = stage.heard.notices.filter(({ id }) => id === `${queue}/job-buried:task`);
    expect(whole.map(about)).toEqual([{ rule: 'job-buried', queue, name: 'task' }]);
  });

  it('is made from the entry of a cron alert', async () => {
    await stage.scene.enqueue({ delayMs: 80_000_000 });
    const { queue } = stage.scene;
    stage.store.queue(queue).outbox.write('cron.missed', stage.clock.now(), '{"name":"nightly","slot":1}');
    await stage.clock.advance('20s');
    expect(stage.heard.notices.map(about)).toEqual([{ rule: 'cron', queue, name: 'nightly' }]);
  });

  it('is in trials and in the log, and not in what is listed', async () => {
    await stage.alerts.test();
    expect(stage.heard.notices.map(about)).toEqual([{ rule: 'test' }]);
    expect(stage.lines).toEqual([expect.stringContaining(` link=${JSON.stringify(stage.heard.notices[0].link)}`)]);
    await bury('Error');
    await stage.clock.advance('20s');
    expect(await stage.alerts.list()).toEqual([expect.not.objectContaining({ link: expect.anything() })]);
  });
});
