import type { Type } from '@nestjs/common';
import { parseDuration } from '../../core/duration.js';
import { VigilError } from '../../core/vigil.error.js';
import type { AlertChannel } from '../channels/alert-channel.js';
import { SlackChannel } from '../channels/slack.channel.js';
import { WebhookChannel } from '../channels/webhook.channel.js';
import type { AlertChannelOption } from './alert.options.js';

const TIMEOUT = '5s';

/** The log, and whoever is named in the options. */
export class AlertChannels {
  all: readonly AlertChannel[];

  constructor(
    private readonly options: readonly AlertChannelOption[],
    private readonly log: AlertChannel,
    private readonly provided: (type: Type<AlertChannel>) => AlertChannel,
  ) {
    this.all = [log];
  }

  /** @throws VigilError `ALERT_CHANNEL_INVALID` for what is no channel, and a name that is given twice */
  open(): void {
    const channels = [this.log, ...this.options.map((option) => channelOf(option, this.provided))];
    const names = channels.map(({ name }) => name);
    const twice = names.find((name, n) => names.indexOf(name) !== n);
    if (twice !== undefined) {
      throw new VigilError(
        'ALERT_CHANNEL_INVALID',
        `alerts.channels: two are named '${twice}'. Give each a name of its own.`,
      );
    }
    this.all = channels;
  }
}

function channelOf(option: AlertChannelOption, provided: (type: Type<AlertChannel>) => AlertChannel): AlertChannel {
  if (typeof option === 'function') return checked(provided(option), option.name);
  if ('webhook' in option) {
    const { webhook: url, name = 'webhook', secret, headers, timeout = TIMEOUT } = option;
    return new WebhookChannel({
      url,
      name,
      secret,
      headers,
      timeoutMs: parseDuration(timeout, 'alerts.channels: timeout'),
    });
  }
  if ('slack' in option) {
    const { slack: url, name = 'slack', timeout = TIMEOUT } = option;
    return new SlackChannel({ url, name, timeoutMs: parseDuration(timeout, 'alerts.channels: timeout') });
  }
  return checked(option, 'the object');
}

function checked(channel: AlertChannel, what: string): AlertChannel {
  if (typeof channel.send === 'function' && typeof channel.name === 'string' && channel.name !== '') return channel;
  throw new VigilError(
    'ALERT_CHANNEL_INVALID',
    `alerts.channels: ${what} has no name or no method send(notice, signal).`,
  );
}
