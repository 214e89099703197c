import type { Type } from '@nestjs/common';
import type { Duration } from '../../core/duration.js';
import type { AlertChannel } from '../channels/alert-channel.js';
import type { AlertRuleOptions } from './alert-rule.js';

/**
 * A webhook that is told of alerts by a POST of JSON.
 *
 * @example
 * const webhook: WebhookOptions = { webhook: 'https://ops.example.org/alerts', secret: process.env.ALERT_SECRET };
 * @publicApi
 */
export interface WebhookOptions {
  readonly webhook: string;
  /** Signs what is sent: header `x-vigil-signature`, `t=<seconds>,v1=<hex of HMAC-SHA256 over "<seconds>.<body>">`. */
  readonly secret?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Under which it stands in logs and health. Default `webhook`. */
  readonly name?: string;
  /** For one delivery. Default 5 s, at most 10 s. */
  readonly timeout?: Duration;
}

/**
 * An incoming webhook of Slack, or of anything that takes the same `{ "text": … }`.
 *
 * @example
 * const slack: SlackOptions = { slack: 'https://hooks.slack.com/services/T0/B0/x' };
 * @publicApi
 */
export interface SlackOptions {
  readonly slack: string;
  /** Default `slack`. */
  readonly name?: string;
  /** For one delivery. Default 5 s, at most 10 s. */
  readonly timeout?: Duration;
}

/**
 * Who is told of alerts, beside the log: an address, a channel of your own, or the class of a provider that is one.
 *
 * @example
 * const channels: AlertChannelOption[] = [{ slack: 'https://hooks.slack.com/services/T0/B0/x' }];
 * @publicApi
 */
export type AlertChannelOption = WebhookOptions | SlackOptions | AlertChannel | Type<AlertChannel>;

/**
 * When it is told that something is wrong, and whom.
 *
 * @example
 * const alerts: AlertOptions = {
 *   channels: [{ webhook: 'https://ops.example.org/alerts', secret: process.env.ALERT_SECRET }],
 *   rules: { depth: { above: 50_000 } },
 *   queues: { imports: { 'oldest-waiting': { above: '2h' } } },
 *   jobs: { 'report.build': { 'no-progress': false } },
 * };
 * @publicApi
 */
export interface AlertOptions {
  /** In this order, each whether or not the one before could be reached. Default: the log alone, which always is. */
  readonly channels?: readonly AlertChannelOption[];
  readonly rules?: AlertRuleOptions;
  /** Of single queues; stronger than `rules`. */
  readonly queues?: Readonly<Record<string, AlertRuleOptions>>;
  /** Of single jobs by name; stronger than `queues`. */
  readonly jobs?: Readonly<Record<string, AlertRuleOptions>>;
  /** After so long an alert that still fires is told again. Default 4 h. */
  readonly repeat?: Duration;
}
