import type { StoredOverrides } from '../../../core/job-policy.js';
import type { JobState } from '../../../core/job-state.js';
import type { PriorityLevel } from '../../../core/priority.js';
import { VigilError } from '../../../core/vigil.error.js';
import type { DeadLetterCopy } from '../../dead-letter-copy.js';
import type { EnqueueRequest } from '../../producer.port.js';
import { LAYOUT } from '../redis-keys.js';

/** A payload of more bytes stands under a key of its own, so that no script reads it. */
const LARGEST_INLINE_PAYLOAD = 16 * 1024;

const HASHED = 'h'.charCodeAt(0);

const ENDED: Readonly<Record<string, JobState>> = { C: 'completed', X: 'cancelled', R: 'resolved' };

/** What the first line of a record says, whatever became of the job. */
export interface RecordHead {
  readonly op: string;
  readonly life: number;
  readonly version: number;
  readonly level: PriorityLevel;
  readonly hash: string;
  readonly enqueuedAt: number;
  /** 0: no such. */
  readonly expiresAt: number;
  readonly timeoutMs: number;
  /** A tombstone no longer tells a key that is hashed in its slot. */
  readonly key?: string | number;
}

export interface LiveRecord extends RecordHead {
  readonly kind: 'live' | 'dead';
  /** The line itself without layout and state. */
  readonly line: string;
  readonly overrides?: StoredOverrides;
  /** The payload is to be read from its own key. */
  readonly big: boolean;
  readonly payload: string;
}

export interface TombstoneRecord extends RecordHead {
  readonly kind: 'tombstone';
  readonly state: Extract<JobState, 'completed' | 'cancelled' | 'resolved'>;
  readonly endedAt: number;
  readonly windowEnd: number;
  readonly result?: string;
}

const NO_META: RecordMeta = {};

interface RecordMeta {
  readonly key?: string | number;
  readonly overrides?: StoredOverrides;
}

export interface EncodedRecord {
  readonly flag: 'P' | 'X' | 'B';
  /** What stands behind the enqueue time; where there may be an expiry, which the store adds, only up to it. */
  readonly head: string;
  /** What stands behind the expiry. */
  readonly tail: string;
  /** The payload, if it stands under its own key. */
  readonly big: string;
}

/** Whether its record is to hold nothing but what every job has, and its payload. */
export function isPlain({ payload, slotKey, overrides, expiresInMs }: EnqueueRequest): boolean {
  return !isBig(payload) && !isHashed(slotKey) && overrides === undefined && expiresInMs === undefined;
}

/**
 * `1L<flag><enqueuedAt> <op>~<life> <hash> <version> <level>` and the payload on the next line. With flag `P` that is all; with
 * `X` the first line goes on with expiry and timeout and a line of JSON precedes the payload; with `B` the payload is elsewhere.
 */
export function encodeRecord(request: EnqueueRequest): EncodedRecord {
  const { op, version, level, payloadHash, payload, overrides, slotKey, key } = request;
  const head = `${op}~0 ${payloadHash} ${version} ${level}`;
  if (isPlain(request)) return { flag: 'P', head: `${head}\n${payload}`, tail: '', big: '' };
  const meta: RecordMeta = { ...(isHashed(slotKey) && { key }), ...(overrides && { overrides }) };
  const big = isBig(payload);
  return {
    flag: big ? 'B' : 'X',
    head,
    tail: ` ${overrides?.timeoutMs ?? 0}\n${JSON.stringify(meta)}\n${big ? '' : payload}`,
    big: big ? payload : '',
  };
}

/** Of a dead job that comes back from a copy; `big` is its payload, if that is to stand under its own key. */
export function deadRecord(copy: DeadLetterCopy): { readonly record: string; readonly big: string } {
  const { flag, head, tail, big } = encodeRecord(copy);
  const beginning = head.replace('~0 ', `~${copy.life} `);
  return { record: `${LAYOUT}D${flag}${copy.enqueuedAt} ${beginning}${flag === 'P' ? '' : ' 0'}${tail}`, big };
}

/** Makes whole records of plain jobs of one version and level. Where the time is the store's, nothing needs to be put together there. */
export class PlainRecords {
  private readonly before: string;
  private readonly behind: string;

  constructor(enqueuedAt: string, version: number, level: PriorityLevel) {
    this.before = `${LAYOUT}LP${enqueuedAt} `;
    this.behind = ` ${version} ${level}\n`;
  }

  /** In two parts, which need not be joined to be sent. */
  of({ op, payloadHash, payload }: EnqueueRequest): [head: string, payload: string] {
    return [`${this.before}${op}~0 ${payloadHash}${this.behind}`, payload];
  }
}

function isBig(payload: string): boolean {
  return payload.length > LARGEST_INLINE_PAYLOAD / 3 && Buffer.byteLength(payload) > LARGEST_INLINE_PAYLOAD;
}

/** Such a slot does not tell its key. */
function isHashed(slotKey: string): boolean {
  return slotKey.charCodeAt(0) === HASHED;
}

/** What a completed job leaves for its window; `line` is the first line of its record without layout and state. */
export function completedRecord(line: string, endedAt: string, windowMs: number, result: string): string {
  return `${LAYOUT}C${line}\n${endedAt} ${Number(endedAt) + windowMs}\n${result}`;
}

/**
 * Runs for every claimed job: an object that keeps its shape is several times cheaper here than one put together by spreading.
 * @throws VigilError `LAYOUT_TOO_NEW`
 */
export function decodeRecord(record: string, slotKey: string): LiveRecord | TombstoneRecord {
  if (record.charCodeAt(0) !== 0x30 + LAYOUT) throw layoutTooNew();
  const lineEnd = record.indexOf('\n');
  const line = record.slice(2, lineEnd);
  const ended = ENDED[record[1]];
  if (ended) return tombstoneOf(record, line, lineEnd, ended as TombstoneRecord['state'], slotKey);
  const flag = record[2];
  const metaEnd = flag === 'P' ? lineEnd : record.indexOf('\n', lineEnd + 1);
  const meta = flag === 'P' ? NO_META : (JSON.parse(record.slice(lineEnd + 1, metaEnd)) as RecordMeta);
  const head = headOf(line, meta.key ?? keyOfSlot(slotKey));
  return Object.assign(head, {
    kind: record[1] === 'D' ? ('dead' as const) : ('live' as const),
    line,
    overrides: meta.overrides,
    big: flag === 'B',
    payload: record.slice(metaEnd + 1),
  });
}

function tombstoneOf(
  record: string,
  line: string,
  lineEnd: number,
  state: TombstoneRecord['state'],
  slotKey: string,
): TombstoneRecord {
  const timesEnd = record.indexOf('\n', lineEnd + 1);
  const [endedAt, windowEnd] = record.slice(lineEnd + 1, timesEnd).split(' ');
  return {
    ...headOf(line, keyOfSlot(slotKey)),
    kind: 'tombstone',
    state,
    endedAt: Number(endedAt),
    windowEnd: Number(windowEnd),
    result: record.slice(timesEnd + 1) || undefined,
  };
}

function headOf(line: string, key: string | number | undefined): RecordHead {
  const tilde = line.indexOf('~');
  const opAt = line.indexOf(' ') + 1;
  const [life, hash, version, level, expiresAt = '0', timeoutMs = '0'] = line.slice(tilde + 1).split(' ');
  return {
    op: line.slice(opAt, tilde),
    life: Number(life),
    version: Number(version),
    level: Number(level) as PriorityLevel,
    hash,
    enqueuedAt: Number(line.slice(1, opAt - 1)),
    expiresAt: Number(expiresAt),
    timeoutMs: Number(timeoutMs),
    key,
  };
}

/** The key as it was given, as far as its slot tells it. */
export function keyOfSlot(slotKey: string): string | number | undefined {
  const text = slotKey.slice(1);
  if (slotKey.startsWith('n')) return Number(text);
  if (!slotKey.startsWith('s')) return undefined;
  return text.includes('=') ? decodeURIComponent(text.replaceAll('%', '%25').replaceAll('=', '%')) : text;
}

export function layoutTooNew(): VigilError {
  return new VigilError(
    'LAYOUT_TOO_NEW',
    'redis: a newer version of nestjs-vigil wrote this job; this process can not read it. Update this process, or wait for the updated ones.',
  );
}
