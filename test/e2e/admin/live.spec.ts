import { connect } from 'node:net';
import { Injectable } from '@nestjs/common';
import { Job, JobClient } from '../../../lib/index.js';
import { MOST_LISTENERS } from '../../../lib/admin/live/live-feed.js';
import { ADA, ADAPTERS, adminApps, ask, askRaw, type AdminApp } from '../../support/admin-app.js';
import { describeWithRedis } from '../../support/redis-server.js';
import { eventually } from '../../support/eventually.js';

@Injectable()
class Parcel {
  @Job({ name: 'parcel.send', queue: 'parcels' })
  async send(): Promise<void> {}
}

interface Told {
  readonly event: string;
  readonly data: { readonly depth: { readonly scheduled: number } };
}

/** Listens as an EventSource does, until it is closed. */
async function listen({ url }: Pick<AdminApp, 'url'>, signal?: AbortSignal) {
  const response = await fetch(`${url}/admin/jobs/api/live`, { headers: ADA, signal });
  const told: Told[] = [];
  const state = { ended: false };
  const read = async (): Promise<void> => {
    let text = '';
    for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
      text += chunk;
      const events = text.split('\n\n');
      text = events.pop() ?? '';
      for (const each of events) {
        const event = /^event: (.+)$/m.exec(each)?.[1];
        if (event) told.push({ event, data: JSON.parse(/^data: (.+)$/m.exec(each)![1]) });
      }
    }
  };
  void read().then(
    () => (state.ended = true),
    () => (state.ended = true),
  );
  return { response, told, state };
}

describe.each(ADAPTERS)('live updates on %s', (adapter) => {
  const start = adminApps();

  it('come as server-sent events, behind the guard and with the usual headers', async () => {
    const admin = await start(adapter, { providers: [Parcel] });
    expect((await ask(`${admin.url}/admin/jobs/api/live`)).status).toBe(403);
    const hangUp = new AbortController();
    const { response, told } = await listen(admin, hangUp.signal);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'text/event-stream',
      'cache-control': expect.stringContaining('no-store'),
      'content-security-policy': expect.stringMatching(/^default-src 'none'/),
      'x-content-type-options': 'nosniff',
    });
    await eventually(() => told.length === 1);
    await admin.app.get(JobClient).enqueue(Parcel, 'send', undefined, { delay: '1h' });
    await eventually(() => told.some(({ data }) => data.depth.scheduled === 1));
    expect(told.map(({ event }) => event)).toEqual(told.map(() => 'overview'));
    hangUp.abort();
  });

  it('end with the application, which is not kept waiting', async () => {
    const admin = await start(adapter, { providers: [Parcel] });
    const { told, state } = await listen(admin);
    await eventually(() => told.length > 0);
    const began = performance.now();
    await admin.app.close();
    expect(performance.now() - began).toBeLessThan(2_500);
    await eventually(() => state.ended);
  });

  it('are for so many at once, of which nobody is counted who has gone', async () => {
    const admin = await start(adapter, { providers: [Parcel] });
    // Nobody reads the answer to a HEAD, so it must take nobody's place.
    for (let n = 0; n < 3; n++) expect((await askRaw(admin.url, 'HEAD', '/admin/jobs/api/live', ADA)).status).toBe(200);
    const hangUp = new AbortController();
    const all = await Promise.all(Array.from({ length: MOST_LISTENERS }, () => listen(admin, hangUp.signal)));
    await eventually(() => all.every(({ told }) => told.length > 0), { timeout: 15_000 });
    expect(await admin.get('live')).toMatchObject({
      status: 503,
      body: { detail: expect.stringContaining('too many') },
    });
    hangUp.abort();
    const again = new AbortController();
    await eventually(async () => expect((await listen(admin, again.signal)).response.status).toBe(200));
    again.abort();
  });
});

describe.each(ADAPTERS)('live updates over one connection on %s', (adapter) => {
  const start = adminApps();

  it('are told once, however often they are asked for before the first answer ends', async () => {
    const admin = await start(adapter, { providers: [Parcel] });
    const socket = connect(Number(new URL(admin.url).port), '127.0.0.1');
    let heard = '';
    socket.setEncoding('utf8').on('data', (chunk: string) => (heard += chunk));
    const request = 'GET /admin/jobs/api/live HTTP/1.1\r\nHost: localhost\r\nx-user: ada\r\n\r\n';
    socket.write(request.repeat(2 * MOST_LISTENERS));
    await eventually(() => heard.split('event: overview').length > 2);
    const hangUp = new AbortController();
    expect((await listen(admin, hangUp.signal)).response.status).toBe(200);
    hangUp.abort();
    socket.destroy();
    // The next answer to the same connection is heard as any other.
    const later = new AbortController();
    const { told } = await listen(admin, later.signal);
    await eventually(() => told.length > 0);
    later.abort();
  });
});

describeWithRedis('live updates of two instances', (redis) => {
  const start = adminApps();

  it('tell the same', async () => {
    const options = { redis: redis().url, prefix: `live-${process.pid}`, autoStart: false };
    const [one, two] = [
      await start('express', { providers: [Parcel] }, options),
      await start('fastify', { providers: [Parcel] }, options),
    ];
    const hangUp = new AbortController();
    const heard = await Promise.all([one, two].map((each) => listen(each, hangUp.signal)));
    await one.app.get(JobClient).enqueueMany(Parcel, 'send', [undefined, undefined], { delay: '1h' });
    for (const { told } of heard) await eventually(() => told.some(({ data }) => data.depth.scheduled === 2));
    hangUp.abort();
  });
});
