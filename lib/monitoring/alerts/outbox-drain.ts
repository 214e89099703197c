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

/** So many alerts that were told and wait for what follows are remembered, so as not to be told again. */
const MOST_REMEMBERED = 10_000;

/** What happens between the line of an alert and its acknowledgement. */
export interface OutboxSteps {
  /** Counts them in their alerts, each once however often it is given out. False: not all of them, so that they must come again. */
  readonly count?: (queue: string, entries: readonly OutboxEntry[]) => Promise<boolean>;
  /** Tells which of them may be acknowledged, and why the others may not. */
  readonly follow?: (
    entries: readonly OutboxEntry[],
  ) => Promise<{ readonly done: readonly OutboxEntry[]; readonly failure?: unknown }>;
}

interface Runs {
  readonly now: Promise<void>;
  next?: Promise<void>;
}

/**
 * Delivers the alerts that the store wrote together with what they tell of: one line each, at error level, at least once. An
 * alert is acknowledged after its line was written and what must follow has happened.
 */
export class OutboxDrain {
  private readonly runs = new Map<string, Runs>();
  private readonly told = new Set<string>();
  private readonly unsubscribe: () => void;

  constructor(
    private readonly engine: Pick<JobMaintenance, 'takeAlerts' | 'acknowledgeAlerts'>,
    private readonly logger: JobLogger,
    bus: JobEventBus,
    private readonly redactor: Redactor = noRedaction,
    private readonly steps: OutboxSteps = {},
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

  /** Resolves when nothing is being delivered, to whether anything was. */
  async idle(): Promise<boolean> {
    const busy = this.runs.size > 0;
    while (this.runs.size > 0) await Promise.all([...this.runs.values()].map((runs) => runs.next ?? runs.now));
    return busy;
  }

  /** Waits for what is being delivered. */
  async close(): Promise<void> {
    this.unsubscribe();
    await this.idle();
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
        for (const entry of entries) if (!this.told.delete(entry.entryId)) this.logger.error(alertLine(entry));
        if ((await this.steps.count?.(queue, entries)) === false) {
          this.remember(entries);
          continue;
        }
        const { done, failure } = (await this.steps.follow?.(entries)) ?? { done: entries };
        const left = entries.filter((entry) => !done.includes(entry));
        if (left.length > 0) this.leave(queue, left, failure);
        await this.engine.acknowledgeAlerts(
          queue,
          done.map(({ entryId }) => entryId),
        );
      }
    } catch (error) {
      this.logger.warn(`alerts of queue ${queue} wait: ${this.textOf(error)}; they are delivered after the next sweep`);
    }
  }

  /** They come again when nobody holds them any more, and were told already. */
  private leave(queue: string, left: readonly OutboxEntry[], failure: unknown): void {
    this.remember(left);
    const what = `onDead of ${left.length} dead job(s) of queue ${queue} waits`;
    this.logger.warn(`${what}: ${this.textOf(failure)}; it is asked for again in ${HOLD_MS / 1_000} s`);
  }

  private remember(told: readonly OutboxEntry[]): void {
    // Others may have dealt with those of long ago.
    if (this.told.size > MOST_REMEMBERED) this.told.clear();
    for (const { entryId } of told) this.told.add(entryId);
  }

  private textOf(error: unknown): string {
    const { name, message } = recordError(error, this.redactor);
    return `${name}: ${message}`;
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
