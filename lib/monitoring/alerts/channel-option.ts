import type { OptionChecks } from '../../core/option-checks.js';
import { LONGEST_SEND_MS } from '../channels/alert-channel.js';
import type { AlertChannelOption, SlackOptions, WebhookOptions } from './alert.options.js';

const OF_WEBHOOK = ['webhook', 'secret', 'headers', 'name', 'timeout'] as const satisfies (keyof WebhookOptions)[];
const OF_SLACK = ['slack', 'name', 'timeout'] as const satisfies (keyof SlackOptions)[];

/**
 * What can not work is refused at the start: where alerts do not arrive, nobody would be told so.
 *
 * @throws VigilError by `checks`; no address and no secret stands in it
 */
export function checkChannel(option: AlertChannelOption, place: string, checks: OptionChecks): void {
  if (typeof option === 'function') return;
  if (typeof option !== 'object' || option === null) return checks.fail(`${place} is no channel.`);
  if ('webhook' in option) return checkWebhook(option, place, checks);
  if ('slack' in option) return checkPost(option.slack, option, OF_SLACK, place, checks);
  if ('send' in option && typeof option.send === 'function') return;
  checks.fail(`${place} must have webhook, slack or a method send, or be the class of a provider.`);
}

function checkWebhook(option: WebhookOptions, place: string, checks: OptionChecks): void {
  checkPost(option.webhook, option, OF_WEBHOOK, place, checks);
  const { secret, headers = {} } = option;
  if (secret !== undefined && (typeof secret !== 'string' || secret === ''))
    checks.fail(`${place}.secret is empty, so anybody could sign. Give a secret, or leave it out.`);
  checks.knownOptions(headers, Object.keys(Object(headers) as object), `${place}.headers`);
  for (const [name, value] of Object.entries(headers)) {
    if (!isHeader(name, value)) checks.fail(`${place}.headers: '${name}' can not be sent as a header.`);
  }
}

function checkPost(
  address: unknown,
  option: WebhookOptions | SlackOptions,
  known: readonly string[],
  place: string,
  checks: OptionChecks,
): void {
  checks.knownOptions(option, known, place);
  if (typeof address !== 'string' || !/^https?:\/\//.test(address) || !URL.canParse(address))
    checks.fail(`${place}: give an address that begins with https:// or http://.`);
  const { username, password } = new URL(address);
  if (username !== '' || password !== '')
    checks.fail(
      `${place}: name and password can not stand in the address. Send them in headers: { authorization: … }.`,
    );
  const { name, timeout } = option;
  if (name !== undefined) checks.text(`${place}.name`, name);
  if (timeout !== undefined && checks.duration(`${place}.timeout`, timeout) > LONGEST_SEND_MS)
    checks.fail(`${place}.timeout is longer than ${LONGEST_SEND_MS} ms, for which a channel is waited at most.`);
}

function isHeader(name: string, value: unknown): boolean {
  try {
    return typeof value === 'string' && new Headers({ [name]: value }).has(name);
  } catch {
    return false;
  }
}
