import type { JobLogger } from '../../core/job-logger.js';
import { recordError } from '../../core/record-error.js';
import type { Redactor } from '../../core/redaction.js';
import { LONGEST_SEND_MS, type AlertChannel, type AlertNotice } from '../channels/alert-channel.js';
import { STORE_ALERTS } from '../../engine/alert.port.js';
import type { StoreTime } from '../rounds/store-time.js';
import type { AlertChannels } from './alert-channels.js';
import type { AlertBook, BookEntry } from './alert-book.js';
import type { AlertLink } from './alert-link.js';
import { isSilenced, noticeOf, type AlertPending, type AlertRecord } from './alert-record.js';
import { groupOf } from './outbox-conditions.js';

/** For so long an alert is ours while we tell it; if this process dies meanwhile, another one tells it. */
const HOLD_MS = 60_000;
const FIRST_RETRY_MS = 10_000;
const LONGEST_RETRY_MS = 600_000;
/** A channel that takes longer to fail is not asked again for a while: the rounds wait for it, and with them all other alerts. */
const SLOW_MS = 1_000;
const REST_MS = 60_000;
/** After a day nobody wants to hear it any more. */
const MOST_TRIES = 150;

export interface DeliveryParts {
  readonly book: AlertBook;
  readonly channels: Pick<AlertChannels, 'all'>;
  readonly logger: JobLogger;
  readonly redactor: Redactor;
  readonly time: StoreTime;
  /** Absent where there is nothing to be linked to. */
  readonly link?: AlertLink;
}

export interface Delivered {
  readonly channel: string;
  readonly error?: string;
}

/** Tells channels what is to be told. None of them holds up another, and none can make an alert of its own failure. */
export class AlertDelivery {
  private readonly closing = new AbortController();
  /** Until when a channel is left alone. */
  private readonly resting = new Map<string, number>();

  constructor(private readonly parts: DeliveryParts) {}

  /** Waits for no channel any more: what it was not told, another process tells it. */
  close(): void {
    this.closing.abort();
  }

  async deliver(queue: string): Promise<void> {
    const { book, time } = this.parts;
    await time.sync();
    const { alerts, silences } = await book.read(queue);
    const due = alerts.filter(({ record }) => record.pending && record.pending.dueAt <= time.now());
    if (due.length === 0) return;
    // Those of no queue in particular, which hold for queues that come later as well.
    const general = queue === STORE_ALERTS ? [] : (await book.read(STORE_ALERTS)).silences;
    const active = [...silences, ...general].map(({ record }) => record);
    for (const entry of due) {
      if (isSilenced(entry.record, active, time.now())) await book.replace(queue, entry, withoutPending(entry.record));
      else await this.tell(queue, entry, entry.record.pending!);
    }
  }

  /** Tells each of these channels; who throws or hangs is in the answer. */
  async send(notice: AlertNotice, names?: readonly string[], group?: string): Promise<Delivered[]> {
    const channels = this.parts.channels.all.filter(({ name }) => names?.includes(name) ?? true);
    const { rule, queue, name } = notice;
    const link = this.parts.link?.({ rule, queue, name, group });
    const told = link === undefined ? notice : { ...notice, link };
    return Promise.all(channels.map((channel) => this.sendTo(channel, told)));
  }

  private async tell(queue: string, entry: BookEntry, pending: AlertPending): Promise<void> {
    const { book, time, logger } = this.parts;
    const held: AlertRecord = { ...entry.record, pending: { ...pending, dueAt: time.now() + HOLD_MS } };
    if (!(await book.replace(queue, entry, held))) return;
    const names = pending.left && Object.keys(pending.left);
    const notice = noticeOf(entry.key, entry.record, pending.state);
    const answers = await this.send(notice, names, groupOf(entry.key, entry.record));
    const left = Object.fromEntries(
      answers.flatMap(({ channel, error }) => (error === undefined ? [] : [[channel, error]])),
    );
    const tries = pending.tries + 1;
    const isDone = Object.keys(left).length === 0 || tries >= MOST_TRIES;
    for (const [channel, error] of Object.entries(left)) {
      if (pending.tries === 0) logger.warn(`alert channel ${channel}: ${error}`);
    }
    await this.settle(queue, entry.key, pending, (record) => ({
      ...(isDone
        ? withoutPending(record)
        : { ...record, pending: { ...pending, tries, left, dueAt: time.now() + retryMs(tries) } }),
      told: record.told + (pending.tries === 0 ? 1 : 0),
      toldAt: time.now(),
    }));
  }

  /** Others may have counted in the meantime; what they wrote stays. */
  private async settle(
    queue: string,
    key: string,
    { state }: AlertPending,
    change: (record: AlertRecord) => AlertRecord,
  ): Promise<void> {
    for (let attempt = 0; attempt < 20; attempt++) {
      const entry = (await this.parts.book.read(queue)).alerts.find((each) => each.key === key);
      if (!entry || entry.record.pending?.state !== state) return;
      if (await this.parts.book.replace(queue, entry, change(entry.record))) return;
    }
  }

  private async sendTo(channel: AlertChannel, notice: AlertNotice): Promise<Delivered> {
    const { redactor, time } = this.parts;
    const asked = time.now();
    if (notice.state !== 'test' && asked < (this.resting.get(channel.name) ?? 0))
      return { channel: channel.name, error: 'it did not answer a moment ago, and is asked again later' };
    const signal = AbortSignal.any([this.closing.signal, AbortSignal.timeout(LONGEST_SEND_MS)]);
    try {
      await Promise.race([channel.send(redactor.value(notice) as AlertNotice, signal), aborted(signal)]);
      return { channel: channel.name };
    } catch (error) {
      const { name, message } = recordError(error, redactor);
      if (time.now() - asked >= SLOW_MS) this.resting.set(channel.name, time.now() + REST_MS);
      return { channel: channel.name, error: `${name}: ${message}` };
    }
  }
}

function withoutPending({ pending: _pending, ...record }: AlertRecord): AlertRecord {
  return record;
}

function retryMs(tries: number): number {
  return Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** (tries - 1));
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const giveUp = (): void => reject(new Error(`no answer within ${LONGEST_SEND_MS} ms, or this process ends`));
    if (signal.aborted) giveUp();
    else signal.addEventListener('abort', giveUp, { once: true });
  });
}
