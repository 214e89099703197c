import { ATTEMPT_CONTROL, type AttemptControl } from '../../../../lib/core/attempt-control.js';
import type { RecordedError } from '../../../../lib/core/attempt.js';
import type { CronPayload } from '../../../../lib/core/cron-payload.js';
import type { CronReason } from '../../../../lib/core/cron-record.js';
import type { JobContext } from '../../../../lib/core/job-context.js';
import type { JobEvent } from '../../../../lib/core/job-event.js';
import { JobEventBus } from '../../../../lib/core/job-event-bus.js';
import type { CronNote } from '../../../../lib/engine/cron.port.js';
import type { CronEntry } from '../../../../lib/scheduler/cron-entry.js';
import { RunRecorder } from '../../../../lib/scheduler/run-recorder.js';

const SLOT = Date.UTC(2030, 0, 1, 12);
const RUN: CronPayload = { slot: SLOT, trigger: 'schedule' };
const OP = 'abcdefghijkl';
const ID = `default~books~s1~${OP}`;
const FIELD = `${SLOT}:${OP}`;
const ABOUT = 'name=books slot=2030-01-01T12:00:00.000Z';
const ENTRY = { description: { owner: 'billing', runbook: 'https://runbooks/books', severity: 'error' } };
const BEGINNING = { name: 'books', ...ENTRY.description };
const GOES_ON = { delayMs: 1_000, nextRetryAt: SLOT + 1_000 };

function errorOf(name: string, message: string, code?: string): RecordedError {
  return { name, message, causes: [], ...(code !== undefined && { code }) };
}

/** What a recorder hears of the worker, and what it writes. */
class Desk {
  readonly notes: CronNote[] = [];
  readonly lines: string[] = [];
  now = SLOT + 100;
  private readonly problems: unknown[] = [];
  private readonly bus = new JobEventBus((error) => this.problems.push(error));
  readonly recorder: RunRecorder;

  constructor() {
    const keep =
      (level: string) =>
      (line: string): void =>
        void this.lines.push(`${level} ${line}`);
    const logger = { log: keep('log'), warn: keep('warn'), error: keep('error'), debug: keep('debug') };
    this.recorder = new RunRecorder({
      ...{ bus: this.bus, logger, instance: 'web-1:1', time: { now: () => this.now } },
      engine: { noteCron: async (note) => void this.notes.push(note) },
      entryOf: (name) => (name === 'books' ? (ENTRY as CronEntry) : undefined),
    });
  }

  attempt(attempt = 1): JobContext {
    const control: AttemptControl = { life: 0, stopped: undefined, interrupt: jest.fn(), onEnd: jest.fn() };
    return { id: ID, name: 'books', attempt, [ATTEMPT_CONTROL]: control } as unknown as JobContext;
  }

  begin(attempt = 1): void {
    this.recorder.began(this.attempt(attempt), RUN);
  }

  hear(type: JobEvent['type'], more: object = {}): void {
    this.bus.emit({ type, at: this.now, id: ID, name: 'books', queue: 'default', ...more } as JobEvent);
    expect(this.problems).toEqual([]);
  }

  refuse(why: CronReason): Promise<void> {
    return this.recorder.refused(this.attempt(), RUN, why, 'web-2:1');
  }

  get alerts(): { kind?: string; about?: string; data?: unknown }[] {
    return this.notes.map(({ alert }) => (alert ? { ...alert, data: JSON.parse(alert.data) as unknown } : {}));
  }
}

describe('what is written of a run', () => {
  let desk: Desk;
  beforeEach(() => (desk = new Desk()));

  it('is a line of the log when it starts, and one with its duration when it completed', () => {
    desk.begin();
    expect(desk.lines).toEqual([`log cron started: ${ABOUT} trigger=schedule attempt=1 job=${ID}`]);
    desk.hear('job.completed', { durationMs: 42 });
    expect(desk.lines.slice(1)).toEqual([`log cron completed: ${ABOUT} duration=42ms`]);
  });

  it('is its error, and that it is tried again where it is', () => {
    const error = errorOf('TypeError', 'fetch "failed"');
    desk.begin(1);
    desk.hear('job.retried', { error, durationMs: 42, ...GOES_ON });
    desk.begin(2);
    desk.now += 7;
    desk.hear('job.buried', { error });
    const told = String.raw`error="TypeError: fetch \"failed\""`;
    expect(desk.lines.filter((line) => line.startsWith('error'))).toEqual([
      `error cron failed: ${ABOUT} duration=42ms ${told}; it is tried again`,
      `error cron failed: ${ABOUT} duration=7ms ${told}`,
    ]);
  });

  it('is an alert when its lock was lost, once for each attempt, and none when it merely failed', () => {
    const lost = errorOf('LockLostError', 'it was removed', 'LOCK_LOST');
    desk.begin(1);
    desk.hear('job.retried', { error: lost, durationMs: 42, ...GOES_ON });
    desk.begin(2);
    desk.hear('job.retried', { error: errorOf('Error', 'no books'), durationMs: 42, ...GOES_ON });
    expect(desk.notes.map(({ outcome }) => outcome)).toEqual(['lost-lock', 'failed']);
    const data = { ...BEGINNING, slot: SLOT, jobId: ID };
    expect(desk.alerts).toEqual([{ kind: 'cron.lock-lost', about: `${ID} 1`, data }, {}]);
    expect(desk.lines).toContainEqual(
      `error cron lost-lock: ${ABOUT} duration=42ms error="LockLostError: it was removed"; it is tried again`,
    );
  });

  it.each<CronReason>(['lock-held', 'lock-unavailable'])('is an alert when it was refused as %s', async (why) => {
    await desk.refuse(why);
    const data = { ...BEGINNING, slot: SLOT, why, by: 'web-2:1' };
    expect(desk.alerts).toEqual([{ kind: 'cron.skipped', about: String(SLOT), data }]);
  });

  it.each<CronReason>(['slot-taken', 'paused'])('is no alert when it was refused as %s', async (why) => {
    await desk.refuse(why);
    expect(desk.notes).toMatchObject([{ outcome: 'skipped' }]);
    expect(desk.alerts).toEqual([{}]);
  });

  it('is that it was cancelled, which closes it and raises no alert', () => {
    desk.begin();
    desk.hear('job.cancelled', { running: true });
    expect(desk.notes).toMatchObject([
      { queue: 'default', name: 'books', outcome: 'skipped', closes: { field: FIELD, jobId: ID } },
    ]);
    const { field, text } = desk.notes[0].line;
    expect(field).toBe(FIELD);
    expect(JSON.parse(text)).toEqual({
      ...{ slot: SLOT, trigger: 'schedule', instance: 'web-1:1', jobId: ID, attempt: 1 },
      ...{ outcome: 'skipped', why: 'cancelled' },
    });
    expect(desk.alerts).toEqual([{}]);
  });

  it.each<[JobEvent['type'], object]>([
    ['job.released', { why: 'shutdown' }],
    ['job.lease-lost', {}],
  ])('is nothing after %s, whatever comes of its job elsewhere, until it begins anew', (type, more) => {
    desk.begin(1);
    desk.hear(type, { attempt: 1, ...more });
    desk.hear('job.completed', { durationMs: 42 });
    desk.hear('job.cancelled', { running: false });
    desk.hear('job.buried', { error: errorOf('Error', 'no books') });
    expect(desk.notes).toEqual([]);
    expect(desk.lines).toHaveLength(1);
    desk.begin(2);
    desk.hear('job.completed', { durationMs: 42 });
    expect(desk.notes).toMatchObject([{ outcome: 'completed', closes: { field: FIELD, jobId: ID } }]);
  });
});
