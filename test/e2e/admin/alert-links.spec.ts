import { Injectable } from '@nestjs/common';
import { Job, JobClient, NonRetryableJobError, type AlertChannel, type AlertNotice } from '../../../lib/index.js';
import { ADAPTERS, adminApps, HeaderGuard, type AdminApp } from '../../support/admin-app.js';
import { eventually } from '../../support/eventually.js';

const PUBLIC = 'https://ops.example.org/batch';
const REASON = { reason: 'is the pager well?' };

@Injectable()
class Mail {
  @Job({ name: 'mail.send', queue: 'mail' })
  async send({ to }: { to: string }): Promise<void> {
    throw new NonRetryableJobError(`there is no ${to}`);
  }
}

describe.each(ADAPTERS)('alerts beside the admin on %s', (adapter) => {
  const start = adminApps();
  let heard: AlertNotice[];
  beforeEach(() => (heard = []));

  const told = (publicUrl?: string): Promise<AdminApp> => {
    const pager: AlertChannel = { name: 'pager', send: async (notice) => void heard.push(notice) };
    const admin = { guards: [HeaderGuard], ...(publicUrl !== undefined && { publicUrl }) };
    return start(adapter, { providers: [Mail] }, { admin, alerts: { channels: [pager] } });
  };

  it('link to the dead letters of their cause, below the public address', async () => {
    const { app, get } = await told(`${PUBLIC}/`);
    const { id } = await app.get(JobClient).enqueue(Mail, 'send', { to: 'ada' });
    await eventually(() => heard.length > 0, { timeout: 30_000 });
    const [page, query] = String(heard[0].link).split('?');
    expect([heard[0].rule, page]).toEqual(['job-buried', `${PUBLIC}#/dead-letters`]);
    // The page asks with what stands in its address.
    expect((await get(`dead-letters?${query}`)).body.items).toMatchObject([{ id }]);
    expect((await get('dead-letters?group=another')).body.items).toEqual([]);
  }, 60_000);

  it('link to nothing without a public address', async () => {
    const { post } = await told();
    expect((await post('alerts/trial', REASON)).status).toBe(200);
    expect(heard).toEqual([expect.not.objectContaining({ link: expect.anything() })]);
  });

  it('link to the list of alerts from a trial', async () => {
    const { post } = await told(PUBLIC);
    await post('alerts/trial', REASON);
    expect(heard.map(({ link }) => link)).toEqual([`${PUBLIC}#/alerts`]);
  });
});
