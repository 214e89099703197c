import type { JobRef } from '../../../core/job-id.js';
import type { Rebirth } from '../../dead-letter.port.js';
import { encodeRecord, type LiveRecord } from './redis-codec.js';

/** A record that is not only carried into the next life, as the script takes it. */
export interface RewrittenRecord {
  readonly flag: string;
  /** All that stands behind the enqueue time. */
  readonly body: string;
  /** The payload, if it is to stand under its own key and is not there already. */
  readonly big: string;
}

/** `record` is that of the life which is over. */
export function rewrittenRecord(
  ref: JobRef,
  record: LiveRecord,
  { payload, newIdempotencyKey }: Rebirth,
): RewrittenRecord {
  const life = record.life + 1;
  const { version, level, key } = record;
  const overrides = newIdempotencyKey ? { ...record.overrides, keyLife: life } : record.overrides;
  const { text, hash } = payload ?? { text: record.payload, hash: record.hash };
  const staysBig = record.big && !payload;
  const { flag, head, tail, big } = encodeRecord({
    ...ref,
    ...{ version, level, key, overrides, payload: text, payloadHash: hash },
  });
  const body = head.replace('~0 ', `~${life} `);
  if (staysBig) return { flag: 'B', body: `${body} 0${tail}`, big: '' };
  return { flag, body: flag === 'P' ? body : `${body} 0${tail}`, big };
}
