import type { RecordedError } from '../../core/attempt.js';
import type { JobEvent } from '../../core/job-event.js';
import type { JobEventBus } from '../../core/job-event-bus.js';
import type { JobLogger } from '../../core/job-logger.js';
import { errorText } from './error-text.js';

/**
 * Writes one line for whatever a person on call wants to find: retries, stalls, zombies, lost leases, outages, the worker's
 * comings and goings. Burials are not among them: they come from the alert outbox, which a crash can not lose.
 */
export class JobEventLogger {
  private readonly subscriptions: (() => void)[];

  constructor(
    bus: JobEventBus,
    private readonly logger: JobLogger,
  ) {
    const warn = (line: string): void => this.logger.warn(line);
    const log = (line: string): void => this.logger.log(line);
    this.subscriptions = [
      bus.on('job.retried', (event) => warn(retryLine(event))),
      bus.on('job.stalled', ({ id, name, attempt, stalls, suspect }) =>
        warn(`job stalled: id=${id} name=${name} attempt=${attempt} stalls=${stalls} suspect=${suspect}`),
      ),
      bus.on('job.lease-lost', ({ id, name, attempt }) =>
        warn(`job lease lost: id=${id} name=${name} attempt=${attempt}; what this attempt still does is refused`),
      ),
      bus.on('job.zombie', ({ id, name, attempt, ended, zombies }) =>
        warn(
          `job zombie: id=${id} name=${name} attempt=${attempt} state=${ended ? 'ended' : 'running'} zombies=${zombies}`,
        ),
      ),
      bus.on('job.late-rejection', ({ id, name, attempt, error }) =>
        this.logger.error(
          `job late rejection: id=${id} name=${name} attempt=${attempt} error=${errorText(error.name, error.message)}; await it in the handler, or catch it`,
        ),
      ),
      bus.on('job.result-not-kept', ({ id, name, why }) =>
        warn(`job result not kept: id=${id} name=${name} why=${JSON.stringify(why)}`),
      ),
      bus.on('job.cancelled', ({ id, name, running }) =>
        log(`job cancelled: id=${id} name=${name} running=${running}`),
      ),
      bus.on('job.released', ({ id, name, attempt, why }) =>
        log(`job given back: id=${id} name=${name} attempt=${attempt} why=${why}`),
      ),
      bus.on('engine.unavailable', ({ queue, error }) =>
        this.logger.error(`store unavailable: queue=${queue} error=${errorText(error.name, error.message)}; trying on`),
      ),
      bus.on('engine.recovered', ({ queue, afterMs }) =>
        log(`store available again: queue=${queue} after=${afterMs}ms`),
      ),
      bus.on('worker.started', ({ worker, queues }) => log(`worker started: id=${worker} queues=${queues.join(',')}`)),
      bus.on('worker.draining', ({ worker, running }) => log(`worker draining: id=${worker} running=${running}`)),
      bus.on('worker.stopped', ({ worker, released }) => log(`worker stopped: id=${worker} released=${released}`)),
    ];
  }

  close(): void {
    for (const unsubscribe of this.subscriptions.splice(0)) unsubscribe();
  }
}

interface Retry {
  readonly id: string;
  readonly name: string;
  readonly attempt: number;
  readonly failures: number;
  readonly maxAttempts: number;
  readonly durationMs: number;
  readonly error: RecordedError;
  readonly delayMs: number;
  readonly nextRetryAt: number;
}

/** The format is a promise to whoever parses it. */
export function retryLine(event: Retry & Pick<JobEvent, 'at'>): string {
  const { id, name, failures, maxAttempts, attempt, durationMs, error, nextRetryAt, delayMs } = event;
  const next = new Date(nextRetryAt).toISOString();
  return `job retry: id=${id} name=${name} failure=${failures}/${maxAttempts} attempt=${attempt} duration=${durationMs}ms error=${errorText(error.name, error.message)} next=${next} delay=${delayMs}ms`;
}
