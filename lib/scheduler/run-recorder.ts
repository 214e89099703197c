import type { RecordedError } from '../core/attempt.js';
import type { CronPayload } from '../core/cron-payload.js';
import { controlOf } from '../core/attempt-control.js';
import type { CronReason, CronRecord } from '../core/cron-record.js';
import type { JobContext } from '../core/job-context.js';
import type { JobEventBus } from '../core/job-event-bus.js';
import { parseJobId } from '../core/job-id.js';
import type { JobLogger } from '../core/job-logger.js';
import type { StoreClock } from '../core/store-clock.js';
import { cutText } from '../core/text-limit.js';
import type { CronAlert, CronLine, CronNote, CronStore } from '../engine/cron.port.js';
import type { RunWatcher } from './cron-admission.js';
import type { CronEntry } from './cron-entry.js';
import { alertBeginning } from './cron-entry.js';
import { fieldOf } from './slot-request.js';

const LONGEST_MESSAGE = 500;
/** Nothing else tells of these. */
const ALERTED: readonly CronReason[] = ['lock-held', 'lock-unavailable'];

interface BegunRun {
  readonly run: CronPayload;
  readonly attempt: number;
  readonly life: number;
  readonly startedAt: number;
  /** The line of a run that is not to be, which stands in the history already. */
  readonly refusal?: CronLine;
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

  came(context: JobContext, run: CronPayload): void {
    this.begun.set(context.id, this.begin(context, run));
  }

  began(context: JobContext, run: CronPayload): void {
    const { id, name } = context;
    this.came(context, run);
    const entry = this.parts.entryOf(name);
    if (entry) entry.lastRunAt = Date.now();
    this.parts.logger.log(
      `cron started: ${words(name, run)} trigger=${run.trigger} attempt=${context.attempt} job=${id}`,
    );
  }

  /** @throws what the store says */
  async refused(context: JobContext, run: CronPayload, why: CronReason, by: string | undefined): Promise<void> {
    const { id } = context;
    const begun = this.begin(context, run);
    const note = this.refusalNote(id, begun, why, by);
    // Its end may come while this is written.
    this.begun.set(id, { ...begun, refusal: note.line });
    await this.parts.engine.noteCron(note);
  }

  /** Waits for what is being written. */
  async close(): Promise<void> {
    for (const unsubscribe of this.subscriptions) unsubscribe();
    await Promise.all(this.writing);
  }

  private begin(context: JobContext, run: CronPayload): BegunRun {
    const { life } = controlOf(context);
    return { run, attempt: context.attempt, life, startedAt: this.parts.time.now() };
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
    if (begun.refusal) return ending.goesOn ? undefined : this.write(closing(id, begun, begun.refusal));
    this.tell(name, begun.run, ending);
    this.write(this.noteOf(id, begun, ending));
  }

  private cancelled(id: string): void {
    const begun = this.begun.get(id);
    if (!begun) return;
    this.begun.delete(id);
    const note = this.refusalNote(id, begun, 'cancelled', undefined);
    this.write({ ...note, ...closes(id, begun) });
  }

  private noteOf(id: string, begun: BegunRun, { outcome, durationMs, error, goesOn }: Ending): CronNote {
    const { queue, type: name } = parseJobId(id);
    const { run, attempt, startedAt } = begun;
    const field = lineField(id, begun);
    const record: CronRecord = {
      ...{ ...this.aboutRun(id, begun), outcome },
      ...{ startedAt, endedAt: startedAt + durationMs, durationMs },
      ...(error && { error: { name: error.name, message: cutText(error.message, LONGEST_MESSAGE) } }),
    };
    return {
      ...{ queue, name },
      line: { field: goesOn ? `${field}:${attempt}` : field, text: JSON.stringify(record) },
      outcome,
      ...(!goesOn && closes(id, begun)),
      ...(outcome === 'completed' && { durationMs }),
      ...(outcome === 'lost-lock' && { alert: this.lostLock(name, run, id, attempt) }),
    };
  }

  private refusalNote(id: string, begun: BegunRun, why: CronReason, by: string | undefined): CronNote {
    const { queue, type: name } = parseJobId(id);
    const { slot } = begun.run;
    const record: CronRecord = { ...this.aboutRun(id, begun), outcome: 'skipped', why, ...(by && { by }) };
    const data = this.alertData(name, { slot, why, by });
    return {
      ...{ queue, name, line: { field: lineField(id, begun), text: JSON.stringify(record) } },
      outcome: 'skipped',
      ...(ALERTED.includes(why) && { alert: { kind: 'cron.skipped', about: String(slot), data } }),
    };
  }

  private aboutRun(id: string, { run, attempt, life }: BegunRun): CronRecord {
    const { slot, trigger } = run;
    return { slot, trigger, instance: this.parts.instance, jobId: id, attempt, ...(life > 0 && { life }) };
  }

  private lostLock(name: string, { slot }: CronPayload, id: string, attempt: number): CronAlert {
    return { kind: 'cron.lock-lost', about: `${id} ${attempt}`, data: this.alertData(name, { slot, jobId: id }) };
  }

  private alertData(name: string, more: object): string {
    const entry = this.parts.entryOf(name);
    const beginning = entry ? alertBeginning(name, entry.description) : JSON.stringify({ name });
    return JSON.stringify({ ...(JSON.parse(beginning) as object), ...more });
  }

  private tell(name: string, run: CronPayload, { outcome, durationMs, error, goesOn }: Ending): void {
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

/** A life after the first one has a line of its own: the first stands as it ended. */
function lineField(id: string, { run, life }: BegunRun): string {
  const field = fieldOf(run.slot, parseJobId(id).op);
  return life > 0 ? `${field}:l${life}` : field;
}

/** Whoever looks after open runs knows each for its first life. */
function closes(id: string, { run, life }: BegunRun): Pick<CronNote, 'closes'> {
  return life > 0 ? {} : { closes: { field: fieldOf(run.slot, parseJobId(id).op), jobId: id } };
}

function closing(id: string, begun: BegunRun, line: CronLine): CronNote {
  const { queue, type: name } = parseJobId(id);
  return { queue, name, line, outcome: 'skipped', ...closes(id, begun) };
}

function words(name: string, { slot }: CronPayload): string {
  return `name=${name} slot=${new Date(slot).toISOString()}`;
}
