import { foldLines } from '../../core/text-limit.js';
import type { AlertChannel, AlertNotice } from './alert-channel.js';
import { post } from './post.js';

export interface SlackSettings {
  readonly name: string;
  readonly url: string;
  readonly timeoutMs: number;
}

const SIGNS: Readonly<Record<AlertNotice['state'], string>> = {
  firing: ':red_circle: Firing',
  repeated: ':red_circle: Still firing',
  resolved: ':large_green_circle: Resolved',
  test: ':bell: Test',
};

/** Posts a text as an incoming webhook of Slack takes it. */
export class SlackChannel implements AlertChannel {
  readonly name: string;

  constructor(private readonly settings: SlackSettings) {
    this.name = settings.name;
  }

  async send(notice: AlertNotice, signal: AbortSignal): Promise<void> {
    const { url, timeoutMs } = this.settings;
    await post(url, JSON.stringify({ text: slackText(notice) }), {}, this.name, { signal, timeoutMs });
  }
}

export function slackText(notice: AlertNotice): string {
  const { state, what, since, count, owner, runbook, lastError, samples, link } = notice;
  const lines: (string | undefined)[] = [
    `*${SIGNS[state]}: ${escaped(what)}*`,
    `since ${new Date(since).toISOString()}, count ${count}`,
    lastError && `last error: ${escaped(lastError)}`,
    owner && `owner: ${escaped(owner)}`,
    runbook && `runbook: ${escaped(runbook)}`,
    samples.length > 0 ? `jobs: ${escaped(samples.join(', '))}` : undefined,
    link && `dashboard: ${escaped(link)}`,
  ];
  return lines.filter((line) => line !== undefined && line !== '').join('\n');
}

/**
 * These three mean something to Slack: a job's error must not call a whole channel. Nor must it look like another line of ours.
 */
function escaped(text: string): string {
  return foldLines(text).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
