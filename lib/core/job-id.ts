import { createHash, randomBytes } from 'node:crypto';
import { VigilError } from './vigil.error.js';

/** Names of queues, jobs and prefixes. Braces are kept out because they would move a key to another Cluster slot. */
export const NAME_PATTERN = /^[A-Za-z0-9][\w.:-]{0,127}$/;

const SEPARATOR = '~';
/** What may stand in a URL and in a key as it is. */
const PLAIN = /^[\w.:-]*$/;
const LONGEST_PLAIN_SLOT = 64;
const LONGEST_KEY_BYTES = 512;
const OP_BYTES = 9;

/** What an id says of a job: enough to find it in any process, on a Cluster too. */
export interface JobRef {
  readonly queue: string;
  readonly type: string;
  /** The place of the record within its type: from the idempotency key, or random for a job without one. */
  readonly slotKey: string;
  /** Random; tells apart the jobs that took this place one after another. */
  readonly op: string;
}

/** Random bytes are cheap by the thousand and dear one by one. */
const POOL_BYTES = OP_BYTES * 500;
let pool = Buffer.alloc(0);
let drawn = 0;

export function newOp(): string {
  if (drawn === pool.length) {
    pool = randomBytes(POOL_BYTES);
    drawn = 0;
  }
  return pool.toString('base64url', drawn, (drawn += OP_BYTES));
}

/** A job without a key gets a place that nobody else can meet. */
export function keylessSlot(op: string): string {
  return `r${op}`;
}

/** Whether the slot belongs to a job without an idempotency key. */
export function isKeyless(slotKey: string): boolean {
  return slotKey.startsWith('r');
}

/**
 * The slot of an idempotency key: readable while it is short, hashed when it is long. The string `'7'` and the number `7`
 * are different keys.
 */
export function slotOfKey(key: string | number): string {
  // Of 1e+21 the sign is left out: it may not stand in an id, and nothing else is written that way.
  const readable =
    typeof key === 'number' ? `n${String(key).replace('+', '')}` : `s${PLAIN.test(key) ? key : escape(key)}`;
  return readable.length <= LONGEST_PLAIN_SLOT
    ? readable
    : `h${createHash('sha256').update(readable).digest('base64url')}`;
}

/** `undefined` when the key is fine, else what is wrong with it. */
export function keyProblem(key: unknown): string | undefined {
  if (typeof key === 'number') return Number.isFinite(key) ? undefined : `${key} is not a finite number`;
  if (typeof key !== 'string') return `${key === null ? 'null' : typeof key} is neither a string nor a number`;
  if (key === '') return 'it is empty';
  // Half a character becomes another one in UTF-8, the same for all halves: different keys would be one.
  if (!PLAIN.test(key) && /\p{Surrogate}/u.test(key)) return 'it holds half of a surrogate pair';
  if (key.length > LONGEST_KEY_BYTES / 3 && Buffer.byteLength(key) > LONGEST_KEY_BYTES)
    return `it is longer than ${LONGEST_KEY_BYTES} bytes`;
  return undefined;
}

export function formatJobId(ref: JobRef): string {
  return `${ref.queue}~${ref.type}~${ref.slotKey}~${ref.op}`;
}

/** @throws VigilError `JOB_ID_INVALID` when the text is no job id */
export function parseJobId(id: string): JobRef {
  const parts = typeof id === 'string' ? id.split(SEPARATOR) : [];
  const [queue = '', type = '', slotKey = '', op = ''] = parts;
  const valid =
    parts.length === 4 &&
    NAME_PATTERN.test(queue) &&
    NAME_PATTERN.test(type) &&
    /^[snhr][\w.:=-]*$/.test(slotKey) &&
    /^[\w-]{10,40}$/.test(op);
  if (!valid)
    throw new VigilError(
      'JOB_ID_INVALID',
      `'${String(id).slice(0, 80)}' is not a job id. Use the id that enqueue returned, unchanged.`,
    );
  return { queue, type, slotKey, op };
}

/** Leaves what may stand in a URL and in a key as it is and writes every other byte as `=XX`. */
function escape(text: string): string {
  return text.replace(/[^\w.:-]/gu, (char) =>
    [...Buffer.from(char)].map((byte) => `=${byte.toString(16).toUpperCase().padStart(2, '0')}`).join(''),
  );
}
