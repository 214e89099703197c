import type { JobLogger } from '../../core/job-logger.js';
import { foldLines } from '../../core/text-limit.js';
import type { AlertChannel, AlertNotice } from './alert-channel.js';

/** One line an alert, at error level while it fires. */
export class LogChannel implements AlertChannel {
  readonly name = 'log';

  constructor(private readonly logger: JobLogger) {}

  async send(notice: AlertNotice): Promise<void> {
    const line = alertNoticeLine(notice);
    if (notice.state === 'resolved' || notice.state === 'test') this.logger.log(line);
    else if (notice.severity === 'warning' || notice.severity === 'info') this.logger.warn(line);
    else this.logger.error(line);
  }
}

/** The format is a promise to whoever parses it. */
export function alertNoticeLine(notice: AlertNotice): string {
  const { state, rule, what, since, count, queue, name, owner, runbook, lastError, samples, link } = notice;
  const parts: [string, string | number | undefined][] = [
    ['rule', rule],
    ['queue', queue],
    ['name', name],
    ['count', count],
    ['since', new Date(since).toISOString()],
    ['what', JSON.stringify(foldLines(what))],
    ['error', lastError && JSON.stringify(foldLines(lastError))],
    ['owner', owner && JSON.stringify(owner)],
    ['runbook', runbook && JSON.stringify(runbook)],
    ['jobs', samples.length > 0 ? samples.join(',') : undefined],
    ['link', link && JSON.stringify(link)],
  ];
  const told = parts.flatMap(([label, value]) => (value === undefined ? [] : [`${label}=${value}`]));
  return `alert ${state}: ${told.join(' ')}`;
}
