import type { RecordedError } from '../core/attempt.js';
import type { CronReason, CronRecord } from '../core/cron-record.js';
import type { JobContext } from '../core/job-context.js';
import type { JobEventBus } from '../core/job-event-bus.js';
import { parseJobId } from '../core/job-id.js';
import type { JobLogger } from '../core/job-logger.js';
import type { StoreClock } from '../core/store-clock.js';
import { cutText } from '../core/text-limit.js';
import type { CronAlert, CronNote, CronStore } from '../engine/cron.port.js';
import type { RunWatcher } from './cron-admission.js';
import type { CronEntry } from './cron-entry.js';
import { alertBeginning } from './cron-entry.js';
import { fieldOf, type RunPayload } from './slot-request.js';

const LONGEST_MESSAGE = 500;

interface BegunRun {
  readonly run: RunPayload;
  readonly attempt: number;
  readonly startedAt: number;
  readonly refusal?: { readonly why: CronReason; readonly by: string | undefined };
}

interface Ending {
  readonly outcome: NonNullable<CronRecord['outcome']>;
  readonly durationMs: number;
  readonly error?: RecordedError;
  /** A further attempt follows. */
  readonly goesOn?: boolean;
}

export interface RunRecorderParts {
  readonly engine: Pick<CronStore, 'noteCron'>;
  readonly bus: JobEventBus;
  readonly time: Pick<StoreClock, 'now'>;
  readonly logger: JobLogger;
  readonly instance: string;
  readonly entryOf: (name: string) => CronEntry | undefined;
}

/**
 * Writes what became of each run into the history, and into the log. What it can not write, because the store is away or the process
 * dies, whoever looks after open runs finds out from their jobs.
 */
export class RunRecorder implements RunWatcher {
  private readonly begun = new Map<string, BegunRun>();
  private readonly writing = new Set<Promise<void>>();
  private readonly subscriptions: readonly (() => void)[];

  constructor(private readonly parts: RunRecorderParts) {
    const { bus } = parts;
    this.subscriptions = [
      bus.on('job.completed', ({ id, durationMs }) => this.ended(id, { outcome: 'completed', durationMs })),
      bus.on('job.retried', ({ id, durationMs, error }) => {
        const outcome = error.code === 'LOCK_LOST' ? 'lost-lock' : 'failed';
        this.ended(id, { outcome, durationMs, error, goesOn: true });
      }),
      bus.on('job.buried', ({ id, error }) =>
        this.ended(id, { outcome: 'failed', durationMs: this.sinceBegin(id), error }),
      ),
      bus.on('job.cancelled', ({ id }) => this.cancelled(id)),
      bus.on('job.released', ({ id }) => this.begun.delete(id)),
      bus.on('job.lease-lost', ({ id }) => this.begun.delete(id)),
    ];
  }

  began(context: JobContext, run: RunPayload): void {
    const { id, name, attempt } = context;
    this.begun.set(id, { run, attempt, startedAt: this.parts.time.now() });
    const entry = this.parts.entryOf(name);
    if (entry) entry.lastRunAt = Date.now();
    this.parts.logger.log(`cron started: ${words(name, run)} trigger=${run.trigger} attempt=${attempt} job=${id}`);
  }

  refused(context: JobContext, run: RunPayload, why: CronReason, by: string | undefined): void {
    const { id, attempt } = context;
    this.begun.set(id, { run, attempt, startedAt: this.parts.time.now(), refusal: { why, by } });
  }

  /** Waits for what is being written. */
  async close(): Promise<void> {
    for (const unsubscribe of this.subscriptions) unsubscribe();
    await Promise.all(this.writing);
  }

  private sinceBegin(id: string): number {
    const begun = this.begun.get(id);
    return begun ? Math.max(0, this.parts.time.now() - begun.startedAt) : 0;
  }

  private ended(id: string, ending: Ending): void {
    const begun = this.begun.get(id);
    if (!begun) return;
    this.begun.delete(id);
    const { type: name } = parseJobId(id);
    if (begun.refusal) return this.write(this.refusalNote(id, begun, begun.refusal));
    this.tell(name, begun.run, ending);
    this.write(this.noteOf(id, begun, ending));
  }

  private cancelled(id: string): void {
    const begun = this.begun.get(id);
    if (!begun) return;
    this.begun.delete(id);
    this.write(this.refusalNote(id, begun, { why: 'cancelled', by: undefined }));
  }

  private noteOf(id: string, begun: BegunRun, { outcome, durationMs, error, goesOn }: Ending): CronNote {
    const { queue, type: name, op } = parseJobId(id);
    const { run, attempt, startedAt } = begun;
    const field = fieldOf(run.slot, op);
    const record: CronRecord = {
      ...{ ...run, outcome, instance: this.parts.instance, jobId: id, attempt },
      ...{ startedAt, endedAt: startedAt + durationMs, durationMs },
      ...(error && { error: { name: error.name, message: cutText(error.message, LONGEST_MESSAGE) } }),
    };
    return {
      ...{ queue, name },
      line: { field: goesOn ? `${field}:${attempt}` : field, text: JSON.stringify(record) },
      outcome,
      ...(!goesOn && { closes: { field, jobId: id } }),
      ...(outcome === 'completed' && { durationMs }),
      ...(outcome === 'lost-lock' && { alert: this.lostLock(name, run, id, attempt) }),
    };
  }

  private refusalNote(id: string, { run, attempt }: BegunRun, refusal: NonNullable<BegunRun['refusal']>): CronNote {
    const { queue, type: name, op } = parseJobId(id);
    const { why, by } = refusal;
    const { instance } = this.parts;
    const field = fieldOf(run.slot, op);
    const record: CronRecord = { ...run, outcome: 'skipped', why, instance, jobId: id, attempt, ...(by && { by }) };
    const data = this.alertData(name, { slot: run.slot, why, by });
    return {
      ...{ queue, name, closes: { field, jobId: id }, line: { field, text: JSON.stringify(record) } },
      outcome: 'skipped',
      ...(why === 'lock-held' && { alert: { kind: 'cron.skipped', about: String(run.slot), data } }),
    };
  }

  private lostLock(name: string, { slot }: RunPayload, id: string, attempt: number): CronAlert {
    return { kind: 'cron.lock-lost', about: `${id} ${attempt}`, data: this.alertData(name, { slot, jobId: id }) };
  }

  private alertData(name: string, more: object): string {
    const entry = this.parts.entryOf(name);
    const beginning = entry ? alertBeginning(name, entry.description) : JSON.stringify({ name });
    return JSON.stringify({ ...(JSON.parse(beginning) as object), ...more });
  }

  private tell(name: string, run: RunPayload, { outcome, durationMs, error, goesOn }: Ending): void {
    const { logger } = this.parts;
    const what = `${words(name, run)} duration=${durationMs}ms`;
    if (outcome === 'completed') return logger.log(`cron completed: ${what}`);
    const fate = goesOn ? '; it is tried again' : '';
    logger.error(`cron ${outcome}: ${what} error=${JSON.stringify(`${error?.name}: ${error?.message}`)}${fate}`);
  }

  private write(note: CronNote): void {
    const { engine, logger } = this.parts;
    const work = engine.noteCron(note).catch((error: unknown) => {
      logger.warn(
        `cron ${note.name}: a line of its history could not be written: ${String(error)}; it is made up for from its job`,
      );
    });
    this.writing.add(work);
    void work.finally(() => this.writing.delete(work));
  }
}

function words(name: string, { slot }: RunPayload): string {
  return `name=${name} slot=${new Date(slot).toISOString()}`;
}
