import { formatJobId } from '../../../core/job-id.js';
import type { EnqueueOutcome, EnqueueRequest } from '../../producer.port.js';
import { encodeRecord, layoutTooNew } from '../records/redis-codec.js';
import { lineOf, placeOf, type QueueKeys } from '../redis-keys.js';
import { STATE_OF_LETTER } from '../records/state-letters.js';

/** Requests of one queue as the script takes them; the same arguments again with the same number are the same operation. */
export interface EncodedBatch {
  readonly records: readonly string[];
  readonly items: readonly (string | number)[];
}

export interface NumberedBatch extends EncodedBatch {
  readonly seq: number;
  readonly requests: readonly EnqueueRequest[];
}

/** `left out`: others of its batch were asked for, and it was not accepted with them. */
export type BatchOutcome = EnqueueOutcome | Error | 'left out';

/** As the fourth of what there is to say of a job that is not plain. */
const FIRST = 0;
const REPEATED = 1;
const LEFT_OUT = 2;

/** With `asked`, only these operations may be accepted. */
export function encodeBatch(
  keys: QueueKeys,
  requests: readonly EnqueueRequest[],
  asked?: ReadonlySet<string>,
): EncodedBatch {
  const records: string[] = [];
  const items: (string | number)[] = [];
  let group:
    { readonly type: string; readonly version: number; readonly level: number; readonly plain: boolean } | undefined;
  let countAt = 0;
  for (const request of requests) {
    const { slotKey, op, type, version, level, delayMs, dueAt, expiresInMs, repeat } = request;
    const { head, tail, big, plain: plainRecord } = encodeRecord(request);
    const isLeftOut = asked?.has(op) === false;
    const plain = plainRecord && delayMs === undefined && dueAt === undefined && repeat !== true && !isLeftOut;
    if (group?.type !== type || group.version !== version || group.level !== level || group.plain !== plain) {
      group = { type, version, level, plain };
      items.push(lineOf(type, version), level, 0, plain ? 1 : 0);
      countAt = items.length - 2;
    }
    items[countAt] = (items[countAt] as number) + 1;
    records.push(keys.record(placeOf(request)));
    items.push(`${slotKey}~${op}~0`, head, tail);
    if (plain) continue;
    items.push(dueAt ?? '', delayMs ?? '', expiresInMs ?? '', isLeftOut ? LEFT_OUT : repeat ? REPEATED : FIRST, big);
  }
  return { records, items };
}

/** What became of the request at `index`. @throws VigilError `LAYOUT_TOO_NEW` */
export class BatchAnswer {
  private readonly letters: string;
  private readonly texts: readonly string[];
  private told = 1;

  constructor(reply: string | readonly string[]) {
    this.letters = typeof reply === 'string' ? reply : reply[0];
    this.texts = typeof reply === 'string' ? [] : reply;
  }

  /** To be asked in order. */
  next(index: number, request: EnqueueRequest): BatchOutcome {
    const letter = this.letters[index];
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
