import type { AttemptRecord } from '../../core/attempt.js';
import { formatJobId, parseJobId } from '../../core/job-id.js';
import type { StoredOverrides } from '../../core/job-policy.js';
import type { DeadLetterSummary } from '../../core/job-snapshot.js';
import { BURIAL_REASONS } from '../../core/job-state.js';
import { decodePayload, NO_PAYLOAD } from '../../core/payload-codec.js';
import { PRIORITIES, type JobPriority, type PriorityLevel } from '../../core/priority.js';
import type { ReplayRecord } from '../../core/replay-record.js';
import { VigilError } from '../../core/vigil.error.js';
import type { DeadLetterCopy } from '../../engine/dead-letter-copy.js';
import { isReplay, REPLAY_MARK, replayOf } from '../../engine/replay-text.js';

export const ARCHIVE_FORMAT = 'nestjs-vigil dead letters';
export const ARCHIVE_VERSION = 1;

/** A dead letter as it stands in an archive: readable, and with all that brings it back. */
interface ArchivedLetter {
  readonly id: string;
  readonly letter: DeadLetterSummary;
  /** Absent for a job without. */
  readonly payload?: unknown;
  readonly history: readonly (AttemptRecord | { readonly replay: ReplayRecord })[];
  readonly steps: Readonly<Record<string, unknown>>;
  readonly store: {
    readonly priority: JobPriority;
    readonly payloadHash: string;
    readonly groupLabel: unknown;
    readonly position?: number;
    readonly overrides?: StoredOverrides;
    readonly begun: DeadLetterCopy['begun'];
  };
}

/** What the store, too, takes apart. */
const TEXTS = {
  reason: new RegExp(`^(${BURIAL_REASONS.join('|')})$`),
  group: /^[^~\n]{1,64}$/,
  errorName: /^/,
  errorMessage: /^/,
  worker: /^[^,"\\\s]{1,300}$/,
};

/** What is wrong with a line. */
export class ArchiveLineError extends Error {}

export function archiveHead(selection: object, at: number): string {
  return `${JSON.stringify({ format: ARCHIVE_FORMAT, version: ARCHIVE_VERSION, exportedAt: at, selection })}\n`;
}

/** Ends an archive: one without it was cut off. */
export function archiveEnd(count: number): string {
  return `${JSON.stringify({ end: true, count })}\n`;
}

export function archiveLine(copy: DeadLetterCopy): string {
  const { summary, payload, payloadHash, history, steps, level, groupLabel, position, overrides, begun } = copy;
  const line: ArchivedLetter = {
    id: formatJobId(copy),
    letter: summary,
    ...(payload !== NO_PAYLOAD && { payload: decodePayload(payload) }),
    history: history.map((entry) =>
      isReplay(entry) ? { replay: replayOf(entry) } : (JSON.parse(entry) as AttemptRecord),
    ),
    steps: Object.fromEntries(Object.entries(steps).map(([name, value]) => [name, JSON.parse(value) as unknown])),
    store: {
      priority: PRIORITIES[level],
      payloadHash,
      groupLabel: JSON.parse(groupLabel) as unknown,
      ...(position !== undefined && { position }),
      ...(overrides && { overrides }),
      begun,
    },
  };
  return `${JSON.stringify(line)}\n`;
}

/** @throws ArchiveLineError for what no archive holds; VigilError `ARCHIVE_INVALID` for the head of another one */
export function readArchiveLine(text: string): DeadLetterCopy | { readonly head: true } | { readonly count: number } {
  const line = object(parse(text), 'the line');
  if ('format' in line) return checkedHead(line);
  if (line.end === true) return { count: whole(line.count, 'count') };
  const ref = refOf(line.id);
  const letter = object(line.letter, 'letter') as unknown as DeadLetterSummary;
  const store = object(line.store, 'store') as unknown as ArchivedLetter['store'];
  if (letter.id !== line.id || letter.name !== ref.type || letter.queue !== ref.queue)
    throw new ArchiveLineError('letter is not that of the id');
  const level = PRIORITIES.indexOf(store.priority);
  if (level < 0) throw new ArchiveLineError('store.priority is none');
  const begun = object(store.begun, 'store.begun');
  if (!Array.isArray(line.history)) throw new ArchiveLineError('history is no list');
  for (const [name, pattern] of Object.entries(TEXTS)) {
    const text = letter[name as keyof typeof TEXTS];
    if (typeof text === 'string' ? !pattern.test(text) : name !== 'worker' || text !== undefined)
      throw new ArchiveLineError(`letter.${name} is no text of the kind`);
  }
  return {
    ...ref,
    life: whole(letter.life, 'letter.life'),
    version: whole(letter.version, 'letter.version'),
    level: level as PriorityLevel,
    ...(letter.idempotencyKey !== undefined && { key: letter.idempotencyKey }),
    enqueuedAt: instant(letter.enqueuedAt, 'letter.enqueuedAt'),
    ...(store.overrides && { overrides: object(store.overrides, 'store.overrides') }),
    payload: 'payload' in line ? JSON.stringify(line.payload) : NO_PAYLOAD,
    payloadHash: hashOf(store.payloadHash),
    summary: { ...letter, buriedAt: instant(letter.buriedAt, 'letter.buriedAt') },
    groupLabel: JSON.stringify(object(store.groupLabel, 'store.groupLabel')),
    ...(store.position !== undefined && { position: whole(store.position, 'store.position') }),
    begun: {
      attempts: whole(begun.attempts, 'store.begun.attempts'),
      failures: whole(begun.failures, 'store.begun.failures'),
      stalls: whole(begun.stalls, 'store.begun.stalls'),
    },
    history: line.history.map(historyEntry),
    steps: Object.fromEntries(
      Object.entries(object(line.steps, 'steps')).map(([name, value]) => [name, JSON.stringify(value)]),
    ),
  };
}

function checkedHead({ format, version }: Record<string, unknown>): { readonly head: true } {
  if (format === ARCHIVE_FORMAT && version === ARCHIVE_VERSION) return { head: true };
  const found = format === ARCHIVE_FORMAT ? `of version ${String(version)}` : `'${String(format)}'`;
  throw new VigilError(
    'ARCHIVE_INVALID',
    `the archive is ${found}; this nestjs-vigil reads '${ARCHIVE_FORMAT}' of version ${ARCHIVE_VERSION}. Nothing behind that line was done. Give what DeadLetterService.export wrote, to the same or a newer version of nestjs-vigil.`,
  );
}

function historyEntry(entry: unknown, index: number): string {
  const { replay, ...attempt } = object(entry, `history[${index}]`);
  if (replay !== undefined) return REPLAY_MARK + JSON.stringify(object(replay, `history[${index}].replay`));
  whole(attempt.attempt, `history[${index}].attempt`);
  whole(attempt.life, `history[${index}].life`);
  return JSON.stringify(attempt);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new ArchiveLineError('it is not JSON', { cause });
  }
}

function refOf(id: unknown): ReturnType<typeof parseJobId> {
  try {
    return parseJobId(id as string);
  } catch (cause) {
    throw new ArchiveLineError('id is no job id', { cause });
  }
}

function object(value: unknown, name: string): Record<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw new ArchiveLineError(`${name} is no object`);
}

function whole(value: unknown, name: string): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
  throw new ArchiveLineError(`${name} is no whole number`);
}

/** In milliseconds of 13 digits, as the store writes them. */
function instant(value: unknown, name: string): number {
  const ms = whole(value, name);
  if (ms >= 1e12 && ms < 1e13) return ms;
  throw new ArchiveLineError(`${name} is no time in milliseconds`);
}

function hashOf(value: unknown): string {
  if (typeof value === 'string' && /^[\w-]{1,64}$/.test(value)) return value;
  throw new ArchiveLineError('store.payloadHash is no fingerprint');
}
