import type { SlotTake } from '../../cron.port.js';
import type { ScriptArgument } from '../connection/script-bytes.js';
import { encodeRecord } from '../records/redis-codec.js';
import { lineOf, memberOf } from '../redis-keys.js';

const LETTERS = { run: 'R', late: 'L', miss: 'M', manual: 'H' } as const;
const AT_ONCE = ['', '', '', 0] as const;

/** A slot as cron-slot.lua takes it, from ARGV[5] on. */
export function slotArguments(take: SlotTake): ScriptArgument[] {
  const { request, slot, kind, fingerprint, after, mostLive, instance, alert, line, overlapText, missed, by } = take;
  const { type, version, level } = request;
  const { flag, head, tail, big } = encodeRecord(request);
  return [
    ...[type, lineOf(type, version), slot, LETTERS[kind], fingerprint, after, mostLive, instance, alert],
    ...[line.field, line.text, overlapText, take.missedCount, by?.actor ?? '', by?.reason ?? ''],
    ...[level, memberOf({ ...request, life: 0 }), head, flag, tail, ...AT_ONCE, big],
    ...missed.flatMap(({ field, text }) => [field, text]),
  ];
}
