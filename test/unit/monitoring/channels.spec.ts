import { createHmac } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { AlertNotice } from '../../../lib/monitoring/channels/alert-channel.js';
import { SlackChannel, slackText } from '../../../lib/monitoring/channels/slack.channel.js';
import { WebhookChannel } from '../../../lib/monitoring/channels/webhook.channel.js';

const NOTICE: AlertNotice = {
  ...{ id: 'q/depth:t', rule: 'depth', state: 'firing', severity: 'warning', what: 't: 7 jobs wait <!channel> & more' },
  ...{ since: 1_790_000_000_000, lastSeen: 1_790_000_060_000, count: 7, queue: 'q', name: 't', samples: ['a', 'b'] },
};

interface Heard {
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

describe('an address that is told of alerts', () => {
  let server: Server;
  let heard: Heard[];
  let answer: { status: number; headers?: Record<string, string> } | 'silence';

  beforeEach(async () => {
    heard = [];
    answer = { status: 200 };
    server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        heard.push({ url: request.url ?? '', headers: request.headers, body: Buffer.concat(chunks).toString() });
        if (answer !== 'silence') response.writeHead(answer.status, answer.headers).end('thanks');
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterEach(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  const url = (): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}/alerts?key=s3cret`;
  const webhook = (timeoutMs = 5_000): WebhookChannel =>
    new WebhookChannel({ name: 'ops', url: url(), secret: 'sesame', headers: { 'x-team': 'a' }, timeoutMs });
  const send = (channel = webhook()): Promise<void> => channel.send(NOTICE, new AbortController().signal);

  it('gets the notice as JSON, signed with the time', async () => {
    await send();
    const [{ headers, body, url: path }] = heard;
    expect([path, headers['content-type'], headers['x-team']]).toEqual(['/alerts?key=s3cret', 'application/json', 'a']);
    expect(JSON.parse(body)).toEqual(NOTICE);
    const [, seconds, mac] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(String(headers['x-vigil-signature'])) ?? [];
    expect(mac).toBe(createHmac('sha256', 'sesame').update(`${seconds}.${body}`).digest('hex'));
    expect(Math.abs(Number(seconds) - Date.now() / 1_000)).toBeLessThan(30);
  });

  it('is not followed where it redirects to', async () => {
    answer = { status: 302, headers: { location: `${url()}&inside=1` } };
    await expect(send()).rejects.toMatchObject({ code: 'ALERT_UNDELIVERED' });
    expect(heard).toHaveLength(1);
  });

  it('is given up when it does not answer in time, and does not stand in the error', async () => {
    answer = 'silence';
    const error: unknown = await send(webhook(50)).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'ALERT_UNDELIVERED', message: expect.stringContaining('no answer in time') });
    expect(String(error)).not.toContain('s3cret');
  });

  it.each([500, 404, 304])('has not taken it when it answers %i', async (status) => {
    answer = { status };
    await expect(send()).rejects.toMatchObject({ message: expect.stringContaining(`it answered ${status}`) });
  });

  it('that nobody listens at is told by its code', async () => {
    const gone = new WebhookChannel({ name: 'ops', url: 'http://127.0.0.1:1/x', timeoutMs: 1_000 });
    const error: unknown = await send(gone).catch((thrown: unknown) => thrown);
    expect(String(error)).toMatch(/alert channel ops: (ECONNREFUSED|it could not be reached)/);
  });

  it('gets a text if it is Slack', async () => {
    await new SlackChannel({ name: 'slack', url: url(), timeoutMs: 1_000 }).send(NOTICE, new AbortController().signal);
    expect(JSON.parse(heard[0].body)).toEqual({ text: slackText(NOTICE) });
  });
});

describe('the text for Slack', () => {
  it('tells what, since when, how many and of which jobs, and calls nobody', () => {
    expect(slackText({ ...NOTICE, owner: 'team <a>', lastError: 'E: <no>' })).toBe(
      [
        '*:red_circle: Firing: t: 7 jobs wait &lt;!channel&gt; &amp; more*',
        'since 2026-09-21T14:13:20.000Z, count 7',
        'last error: E: &lt;no&gt;',
        'owner: team &lt;a&gt;',
        'jobs: a, b',
      ].join('\n'),
    );
  });

  it('has no line that a job wrote', () => {
    const lastError = 'no\n*:large_green_circle: Resolved*\u2028owner: nobody';
    expect(slackText({ ...NOTICE, lastError }).split('\n')).toContain(
      'last error: no *:large_green_circle: Resolved* owner: nobody',
    );
  });

  it('ends with the link, where there is one', () => {
    const link = 'https://ops.example.org/jobs#/dead-letters?queue=q&name=t';
    expect(slackText({ ...NOTICE, link })).toBe(`${slackText(NOTICE)}\ndashboard: ${link.replace('&', '&amp;')}`);
  });
});
