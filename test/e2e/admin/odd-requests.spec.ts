import { Injectable } from '@nestjs/common';
import { Job, JobClient } from '../../../lib/index.js';
import { ADAPTERS, adminApps, type AdminApp } from '../../support/admin-app.js';
import { eventually } from '../../support/eventually.js';

@Injectable()
class Mail {
  @Job({ name: 'mail.send', queue: 'mail', maxRetries: 0, idempotencyKey: 'key' })
  async send(_mail: { key: string }): Promise<void> {
    throw new Error('the mailbox is full');
  }
}

const REASON = { reason: 'a test' };

describe.each(ADAPTERS)('what the admin makes of odd requests on %s', (adapter) => {
  const start = adminApps();

  const withLetter = async (key: string): Promise<AdminApp & { readonly id: string }> => {
    const admin = await start(adapter, { providers: [Mail] });
    const { id } = await admin.app.get(JobClient).enqueue(Mail, 'send', { key });
    await eventually(async () => expect((await admin.get(`dead-letters/${id}`)).status).toBe(200));
    return { ...admin, id };
  };

  it.each(['NaN', 'Infinity', '-Infinity', '-0', '1e+21', '007', 'null'])('finds the key %s', async (key) => {
    const { get, id } = await withLetter(key);
    const { status, body } = await get(`jobs?queue=mail&name=mail.send&idempotencyKey=${encodeURIComponent(key)}`);
    expect([status, body.items?.map((job: { id: string }) => job.id)]).toEqual([200, [id]]);
  });

  it('takes no time that is none, in lists and in plans', async () => {
    const { get, post } = await withLetter('a');
    const plan = (buriedBefore: unknown) =>
      post('replays', { ...REASON, action: 'replay', selection: { buriedBefore }, dryRun: true });
    for (const time of ['mail 5', '1', '12/11/2026', '2026-13-01', 'tomorrow', '2026-11-27T25:00']) {
      // Digits alone are milliseconds in a query, where all is text.
      if (time !== '1') expect([time, (await get(`dead-letters?buriedAfter=${time}`)).status]).toEqual([time, 400]);
      expect([time, (await plan(time)).status]).toEqual([time, 422]);
    }
    for (const time of ['2099-01-01', '2099-01-01T10:00Z', '2099-01-01T10:00:00.5+02:00', '2099-01-01T10:00']) {
      const { body } = await get(`dead-letters?buriedBefore=${encodeURIComponent(time)}`);
      expect([time, body.items.length, (await plan(time)).body.matching]).toEqual([time, 1, 1]);
    }
  });

  it('refuses cursors of the audit that it did not give', async () => {
    const { get, post } = await withLetter('a');
    expect((await post('queues/mail/pause', REASON)).status).toBe(200);
    for (const forged of [{ mail: {} }, { mail: 5 }, { mail: ['1'] }, ['1'], { mail: '1 or more' }]) {
      const cursor = Buffer.from(JSON.stringify(forged)).toString('base64url');
      const { status, body } = await get(`audit?cursor=${cursor}`);
      expect([forged, status, body.code]).toEqual([forged, 400, 'CURSOR_INVALID']);
    }
  });

  it('silences nothing that can not be a name', async () => {
    const { post, get } = await withLetter('a');
    for (const target of [{ name: 5 }, { queue: 5 }, { name: ['mail.send'] }, { name: null }]) {
      const { status, body } = await post('silences', { ...REASON, for: '1h', ...target });
      expect([target, status, body.code]).toEqual([target, 422, 'SILENCE_INVALID']);
    }
    expect((await get('silences')).body.items).toEqual([]);
  });
});
