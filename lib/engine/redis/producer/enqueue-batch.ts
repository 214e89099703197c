import { formatJobId } from '../../../core/job-id.js';
import type { EnqueueOutcome, EnqueueRequest } from '../../producer.port.js';
import type { ScriptArgument } from '../connection/script-bytes.js';
import { encodeRecord, isPlain, layoutTooNew, PlainRecords } from '../records/redis-codec.js';
import { lineOf, placeOf, type QueueKeys } from '../redis-keys.js';
import { STATE_OF_LETTER } from '../records/state-letters.js';

/** Requests of one queue as the script takes them; the same arguments again with the same number are the same operation. */
export interface EncodedBatch {
  readonly records: readonly string[];
  readonly items: readonly ScriptArgument[];
}

export interface NumberedBatch {
  readonly seq: number;
  readonly requests: readonly EnqueueRequest[];
}

/** `left out`: others of its batch were asked for, and it was not accepted with them. */
export type BatchOutcome = EnqueueOutcome | Error | 'left out';

/** As the fourth of what there is to say of a job that is not plain. */
const FIRST = 0;
const REPEATED = 1;
const LEFT_OUT = 2;

/** Jobs that follow one another in a batch and go to one list. */
interface Group {
  readonly type: string;
  readonly version: number;
  readonly level: number;
  readonly plain: PlainRecords | undefined;
  /** What the key of each record begins with. */
  readonly place: string;
  /** Where the number of its jobs stands. */
  readonly countAt: number;
}

/** With `asked`, only these operations may be accepted. `enqueuedAt`: see ReckonedTime. */
export function encodeBatch(
  keys: QueueKeys,
  requests: readonly EnqueueRequest[],
  enqueuedAt: string,
  asked?: ReadonlySet<string>,
): EncodedBatch {
  const records: string[] = [];
  const items: ScriptArgument[] = [enqueuedAt, 0];
  const plainRecords: ScriptArgument[] = [];
  let group: Group | undefined;
  for (const request of requests) {
    const { slotKey, op, type, version, level, delayMs, dueAt, expiresInMs, repeat } = request;
    const isLeftOut = asked?.has(op) === false;
    const goesPlain = isPlain(request) && delayMs === undefined && dueAt === undefined && repeat !== true && !isLeftOut;
    if (
      group?.type !== type ||
      group.version !== version ||
      group.level !== level ||
      (group.plain !== undefined) !== goesPlain
    ) {
      // Of plain ones all members stand before all records: the script hands them on as they are.
      for (const record of plainRecords.splice(0)) items.push(record);
      items.push(lineOf(type, version), level, 0, goesPlain ? 1 : 0);
      const plain = goesPlain ? new PlainRecords(enqueuedAt, version, level) : undefined;
      group = {
        type,
        version,
        level,
        plain,
        place: keys.record(placeOf({ type, slotKey: '' })),
        countAt: items.length - 2,
      };
    }
    items[group.countAt] = (items[group.countAt] as number) + 1;
    records.push(group.place + slotKey);
    items.push(`${slotKey}~${op}~0`);
    if (group.plain) {
      plainRecords.push(group.plain.of(request));
      continue;
    }
    const { flag, head, tail, big } = encodeRecord(request);
    items.push(head, flag, tail, dueAt ?? '', delayMs ?? '', expiresInMs ?? '');
    items.push(isLeftOut ? LEFT_OUT : repeat ? REPEATED : FIRST, big);
  }
  for (const record of plainRecords) items.push(record);
  if (new Set(records).size === records.length) items[1] = 1;
  return { records, items };
}

/** What became of the request at `index`. @throws VigilError `LAYOUT_TOO_NEW` */
export class BatchAnswer {
  /** By the store's clock. */
  readonly at: number;
  private readonly letters: string;
  private readonly texts: readonly string[];
  private told = 1;

  constructor(reply: string | readonly string[]) {
    const head = typeof reply === 'string' ? reply : reply[0];
    const timeEnd = head.indexOf(' ');
    this.at = Number(head.slice(0, timeEnd));
    this.letters = head.slice(timeEnd + 1);
    this.texts = typeof reply === 'string' ? [] : reply;
  }

  /** To be asked in order. */
  next(index: number, request: EnqueueRequest): BatchOutcome {
    const letter = this.letters === '' ? 'w' : this.letters[index];
    const id = formatJobId(request);
    if (letter === 'E') return { status: 'operation_expired', id };
    if (letter === 'N') return layoutTooNew();
    if (letter === 'L') return 'left out';
    const created = STATE_OF_LETTER[letter];
    if (created) return { status: 'created', id, state: created, payloadChanged: false };
    const text = this.texts[this.told];
    const result = this.texts[this.told + 1];
    this.told += 2;
    return {
      status: 'duplicate',
      id: formatJobId({ ...request, op: text.slice(1) }),
      state: STATE_OF_LETTER[letter.toLowerCase()],
      payloadChanged: text.startsWith('1'),
      ...(result !== '' && { result }),
    };
  }
}
