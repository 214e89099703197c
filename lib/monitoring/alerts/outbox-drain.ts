import type { JobEventBus } from '../../core/job-event-bus.js';
import type { DeadLetterSummary } from '../../core/job-snapshot.js';
import type { JobLogger } from '../../core/job-logger.js';
import { recordError } from '../../core/record-error.js';
import { noRedaction, type Redactor } from '../../core/redaction.js';
import type { JobMaintenance, OutboxEntry } from '../../engine/maintenance.port.js';
import { errorText } from '../logs/error-text.js';

const PAGE = 100;
/** For so long an alert is ours; if this process dies meanwhile, another one delivers it again. */
const HOLD_MS = 30_000;

interface Runs {
  readonly now: Promise<void>;
  next?: Promise<void>;
}

/**
 * Delivers the alerts that the store wrote together with what they tell of: one line each, at error level, at least once. An
 * alert is acknowledged after its line was written.
 */
export class OutboxDrain {
  private readonly runs = new Map<string, Runs>();
  private readonly unsubscribe: () => void;

  constructor(
    private readonly engine: Pick<JobMaintenance, 'takeAlerts' | 'acknowledgeAlerts'>,
    private readonly logger: JobLogger,
    bus: JobEventBus,
    private readonly redactor: Redactor = noRedaction,
    /** Counts them in their alerts, each once however often it is given out. */
    private readonly count?: (queue: string, entries: readonly OutboxEntry[]) => Promise<void>,
  ) {
    // What was buried in this process need not wait for the next sweep.
    this.unsubscribe = bus.on('job.buried', ({ queue }) => this.runOnce(queue));
  }

  /** Delivers what waits in the queue's outbox. One run at a time; calls during one share the next. */
  runOnce(queue: string): Promise<void> {
    const runs = this.runs.get(queue);
    if (runs) return (runs.next ??= runs.now.then(() => this.begin(queue)));
    return this.begin(queue);
  }

  /** Waits for what is being delivered. */
  async close(): Promise<void> {
    this.unsubscribe();
    await Promise.all([...this.runs.values()].map((runs) => runs.next ?? runs.now));
  }

  private begin(queue: string): Promise<void> {
    const runs: Runs = {
      now: this.deliver(queue).then(() => {
        if (!runs.next) this.runs.delete(queue);
      }),
    };
    this.runs.set(queue, runs);
    return runs.now;
  }

  private async deliver(queue: string): Promise<void> {
    try {
      for (;;) {
        const entries = await this.engine.takeAlerts(queue, PAGE, HOLD_MS);
        if (entries.length === 0) return;
        for (const entry of entries) this.logger.error(alertLine(entry));
        await this.count?.(queue, entries);
        await this.engine.acknowledgeAlerts(
          queue,
          entries.map(({ entryId }) => entryId),
        );
      }
    } catch (error) {
      const { name, message } = recordError(error, this.redactor);
      this.logger.warn(`alerts of queue ${queue} wait: ${name}: ${message}; they are delivered after the next sweep`);
    }
  }
}

/** The format of burials is a promise to whoever parses it; what a burial does not have is left out. */
export function alertLine(entry: OutboxEntry): string {
  if (entry.kind !== 'job.buried')
    return `${entry.kind.replace(/[.-]/g, ' ')}: queue=${entry.queue} data=${entry.data}`;
  const letter = JSON.parse(entry.data) as DeadLetterSummary;
  const parts: [string, string | undefined][] = [
    ['id', letter.id],
    ['name', letter.name],
    ['reason', letter.reason],
    ['failure', letter.failures === undefined ? undefined : `${letter.failures}/${letter.maxAttempts}`],
    ['attempts', String(letter.attempts)],
    ['error', errorText(letter.errorName, letter.errorMessage)],
    ['owner', letter.owner && JSON.stringify(letter.owner)],
    ['runbook', letter.runbook && JSON.stringify(letter.runbook)],
  ];
  const told = parts.flatMap(([name, value]) => (value === undefined ? [] : [`${name}=${value}`]));
  return `job buried: ${told.join(' ')}`;
}
