import type { ReplayRecord } from '../core/replay-record.js';
import type { Rebirth } from './dead-letter.port.js';
import type { Actor } from './inspector.port.js';

/** In a history, what begins with it is a replay and no attempt. */
export const REPLAY_MARK = 'R';
const LARGEST_ENTRY = 8 * 1024;

/** What a replay leaves in the history and in the audit, without the life and the time: the store knows them. */
export interface ReplayTexts {
  readonly history: string;
  /** For the middle of a long history. */
  readonly abridged: string;
  readonly after: string;
}

export function replayTexts({ actor, reason }: Actor, rebirth: Rebirth = {}, planId?: string): ReplayTexts {
  const { patch, keepSteps = true, newIdempotencyKey = false } = rebirth;
  const changes: Pick<ReplayRecord, 'planId' | 'keptSteps' | 'newIdempotencyKey'> = {
    ...(planId !== undefined && { planId }),
    ...(!keepSteps && { keptSteps: false }),
    ...(newIdempotencyKey && { newIdempotencyKey: true }),
  };
  const whole = textOf({ actor, reason, ...changes }, patch);
  const abridged = textOf({ actor, reason, ...changes }, patch && '"left out"');
  return {
    history: Buffer.byteLength(whole) > LARGEST_ENTRY ? abridged : whole,
    abridged,
    after: textOf({ state: 'waiting', ...changes }, patch),
  };
}

/** As the store keeps it. */
export function replayEntry(text: string, life: number, at: number): string {
  return `${REPLAY_MARK}${text.slice(0, -1)},"life":${life},"at":${at}}`;
}

export function replayAfter(text: string, life: number): string {
  return `${text.slice(0, -1)},"life":${life}}`;
}

export function resolutionAfter(how: { readonly planId?: string; readonly exported?: boolean } = {}): string {
  const { planId, exported = false } = how;
  return JSON.stringify({
    state: 'resolved',
    ...(planId !== undefined && { planId }),
    ...(exported && { exported }),
  });
}

export function isReplay(entry: string): boolean {
  return entry.startsWith(REPLAY_MARK);
}

export function replayOf(entry: string): ReplayRecord {
  return JSON.parse(entry.slice(REPLAY_MARK.length)) as ReplayRecord;
}

/** For the middle of a long history. */
export function abridgedReplay(entry: string): string {
  const replay = replayOf(entry);
  return REPLAY_MARK + JSON.stringify({ ...replay, ...(replay.patch && { patch: 'left out' }) });
}

/** `patch` is JSON already. */
function textOf(fields: object, patch: string | undefined): string {
  const text = JSON.stringify(fields);
  return patch === undefined ? text : `${text.slice(0, -1)},"patch":${patch}}`;
}
