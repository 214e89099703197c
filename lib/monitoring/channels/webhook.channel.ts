import { createHmac } from 'node:crypto';
import type { AlertChannel, AlertNotice } from './alert-channel.js';
import { post } from './post.js';

export interface WebhookSettings {
  readonly name: string;
  readonly url: string;
  readonly secret?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
}

/** Posts the notice as JSON, signed where there is a secret. */
export class WebhookChannel implements AlertChannel {
  readonly name: string;

  constructor(private readonly settings: WebhookSettings) {
    this.name = settings.name;
  }

  async send(notice: AlertNotice, signal: AbortSignal): Promise<void> {
    const { url, secret, headers = {}, timeoutMs } = this.settings;
    const body = JSON.stringify(notice);
    const signature = secret === undefined ? undefined : signatureOf(body, secret, Math.floor(Date.now() / 1_000));
    const own: Record<string, string> = signature === undefined ? {} : { 'x-vigil-signature': signature };
    await post(url, body, { ...headers, ...own }, this.name, { signal, timeoutMs });
  }
}

/** The time is signed as well, so that whoever listens in can not send the same again later. */
export function signatureOf(body: string, secret: string, seconds: number): string {
  const mac = createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex');
  return `t=${seconds},v1=${mac}`;
}
