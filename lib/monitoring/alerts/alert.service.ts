import { randomBytes } from 'node:crypto';
import { parseDuration, type Duration } from '../../core/duration.js';
import { NAME_PATTERN } from '../../core/job-id.js';
import { VigilError } from '../../core/vigil.error.js';
import { STORE_ALERTS } from '../../engine/alert.port.js';
import type { Actor, JobInspector } from '../../engine/inspector.port.js';
import type { StoreTime } from '../rounds/store-time.js';
import type { AlertNotice } from '../channels/alert-channel.js';
import type { AlertBook, BookPage } from './alert-book.js';
import type { AlertDelivery } from './alert-delivery.js';
import { isSilenced, noticeOf, SILENCE_PREFIX } from './alert-record.js';
import { ALERT_RULES, type AlertRule } from './alert-rule.js';

/**
 * An alert as it stands in the store.
 *
 * @example
 * const isOpen = ({ state, isSilenced }: Alert): boolean => state === 'firing' && !isSilenced;
 * @publicApi
 */
export interface Alert extends Omit<AlertNotice, 'state' | 'link'> {
  readonly state: 'firing' | 'resolved';
  readonly resolvedAt?: number;
  readonly isSilenced: boolean;
  /** Channels that have not been reached yet, with the last error. */
  readonly undelivered: Readonly<Record<string, string>>;
}

/**
 * Of what nothing is to be told for a while: everything that is left out matches.
 *
 * @example
 * const target: SilenceTarget = { queue: 'imports', rule: 'oldest-waiting' };
 * @publicApi
 */
export interface SilenceTarget {
  readonly queue?: string;
  /** Of a job. */
  readonly name?: string;
  readonly rule?: AlertRule;
}

/**
 * A wish not to be told.
 *
 * @example
 * const who = (silences: readonly Silence[]): string[] => silences.map(({ actor, reason }) => `${actor}: ${reason}`);
 * @publicApi
 */
export interface Silence extends SilenceTarget, Actor {
  readonly id: string;
  readonly since: number;
  readonly until: number;
}

/**
 * What came of a trial, by channel.
 *
 * @example
 * const failed = (results: readonly ChannelTrial[]): string[] =>
 *   results.filter(({ error }) => error !== undefined).map(({ channel }) => channel);
 * @publicApi
 */
export interface ChannelTrial {
  readonly channel: string;
  readonly error?: string;
}

export interface AlertServiceParts {
  readonly engine: Pick<JobInspector, 'queues'>;
  readonly book: AlertBook;
  readonly delivery: AlertDelivery;
  readonly time: StoreTime;
}

const LONGEST_SILENCE_MS = 30 * 86_400_000;
const LONGEST_TEXT = 500;

/**
 * What is wrong, and who is told.
 *
 * @example
 * constructor(private readonly alerts: AlertService) {}
 * async deploy() {
 *   await this.alerts.silence({ queue: 'imports' }, { for: '30m', actor: 'ada@example.org', reason: 'the import is rebuilt' });
 * }
 * @publicApi
 */
export class AlertService {
  /** @internal built by the module */
  constructor(private readonly parts: AlertServiceParts) {}

  /** Those that fire, and those that were resolved in the last day; the latest first. */
  async list({ state }: { readonly state?: Alert['state'] } = {}): Promise<readonly Alert[]> {
    const pages = await this.pages();
    const silences = pages.flatMap(([, page]) => page.silences.map(({ record }) => record));
    const alerts = pages.flatMap(([, page]) =>
      page.alerts.map(({ key, record }): Alert => {
        const { resolvedAt, pending } = record;
        return {
          ...noticeOf(key, record, 'firing'),
          state: record.state,
          ...(resolvedAt !== undefined && { resolvedAt }),
          isSilenced: isSilenced(record, silences, this.parts.time.now()),
          undelivered: pending?.left ?? {},
        };
      }),
    );
    return alerts.filter((alert) => (state ?? alert.state) === alert.state).sort((a, b) => b.lastSeen - a.lastSeen);
  }

  /**
   * Nothing that matches is told until then; it is still listed. What still fires afterwards is told with its next repetition.
   *
   * @returns the id, for `unsilence`
   * @throws VigilError `SILENCE_INVALID` without actor, reason or a span of at most 30 days; `DURATION_INVALID`
   */
  async silence(target: SilenceTarget, by: Actor & { readonly for: Duration }): Promise<string> {
    const { actor, reason } = by;
    const spanMs = parseDuration(by.for, 'AlertService.silence: for');
    checkSilence(target, by, spanMs);
    const id = randomBytes(9).toString('base64url');
    await this.parts.time.sync();
    const now = this.parts.time.now();
    const record = { silences: { ...target }, since: now, until: now + spanMs, actor, reason };
    await this.parts.book.silence(await this.placeOf(target), id, record);
    return id;
  }

  /**
   * Of an unknown id: nothing.
   *
   * @param by who ends it, and why: stands in the audit, with what was silenced
   * @throws VigilError `SILENCE_INVALID` without actor or reason
   */
  async unsilence(id: string, by: Actor): Promise<void> {
    if (!isSaid(by)) throw silenceInvalid('unsilence: give actor and reason as texts.');
    for (const queue of await this.places()) await this.parts.book.unsilence(queue, id, by);
  }

  /** Those that are not over. */
  async silences(): Promise<readonly Silence[]> {
    const pages = await this.pages();
    const all = pages.flatMap(([, { silences }]) =>
      silences.map(({ key, record: { silences: target, ...rest } }): [string, Silence] => {
        const id = key.slice(SILENCE_PREFIX.length);
        return [id, { id, ...target, ...rest }];
      }),
    );
    return [...new Map(all).values()].filter(({ until }) => until > this.parts.time.now());
  }

  /** Sends a trial to every channel, and tells what came of it. Writes nothing to the store. */
  async test(): Promise<readonly ChannelTrial[]> {
    const now = this.parts.time.now();
    return this.parts.delivery.send({
      ...{
        id: 'test',
        rule: 'test',
        state: 'test',
        severity: 'info',
        samples: [],
        count: 1,
        since: now,
        lastSeen: now,
      },
      what: 'a trial of the alert channels; nothing is wrong',
    });
  }

  /** Under a queue that nobody knows yet, nobody would find it. */
  private async placeOf({ queue }: SilenceTarget): Promise<string> {
    const isKnown = queue !== undefined && (await this.parts.engine.queues()).includes(queue);
    return isKnown ? queue : STORE_ALERTS;
  }

  private async places(): Promise<string[]> {
    return [...(await this.parts.engine.queues()), STORE_ALERTS];
  }

  private async pages(): Promise<[string, BookPage][]> {
    const places = await this.places();
    return Promise.all(
      places.map(async (place): Promise<[string, BookPage]> => [place, await this.parts.book.read(place)]),
    );
  }
}

function checkSilence({ queue, name, rule }: SilenceTarget, by: Actor, spanMs: number): void {
  const isKnown = rule === undefined || ALERT_RULES.includes(rule);
  const isNamed = [queue, name].every(
    (text: unknown) => text === undefined || (typeof text === 'string' && NAME_PATTERN.test(text)),
  );
  if (isSaid(by) && isKnown && isNamed && spanMs > 0 && spanMs <= LONGEST_SILENCE_MS) return;
  throw silenceInvalid(
    'silence: give actor and reason as texts, names of a queue and a job as they were declared, a known rule, and a span of more than 0 and at most 30 days.',
  );
}

function isSaid(by: Actor | undefined): boolean {
  const { actor, reason } = by ?? {};
  return [actor, reason].every((text) => typeof text === 'string' && text.trim() !== '' && text.length <= LONGEST_TEXT);
}

function silenceInvalid(problem: string): VigilError {
  return new VigilError('SILENCE_INVALID', `AlertService.${problem}`);
}
