import type { AuditLine, AlertWrite, AlertWritten, JobAlerts, KeptAlert } from '../../engine/alert.port.js';
import type { Actor } from '../../engine/inspector.port.js';
import type { OutboxEntry } from '../../engine/maintenance.port.js';
import { SILENCE_PREFIX, type AlertCondition, type AlertRecord, type SilenceRecord } from './alert-record.js';
import type { AlertSettings } from './alert-settings.js';
import type { StoreTime } from '../rounds/store-time.js';
import { conditionOf } from './outbox-conditions.js';
import { seen, unseen } from './reconcile.js';

/** Another process may write at the same time; then it is looked again. */
const MOST_TRIES = 20;
/** Of one queue; beyond it, burials are grouped by job alone. */
const MOST_ALERTS = 200;

export interface BookEntry {
  readonly key: string;
  readonly revision: number;
  readonly record: AlertRecord;
}

export interface BookPage {
  readonly alerts: readonly BookEntry[];
  readonly silences: readonly { readonly key: string; readonly revision: number; readonly record: SilenceRecord }[];
}

type Change = (page: BookPage) => readonly AlertWrite[];

/** The alerts in the store: what is wrong is written into them by whoever sees it, and each change is made once. */
export class AlertBook {
  constructor(
    private readonly engine: JobAlerts,
    private readonly settings: AlertSettings,
    private readonly time: StoreTime,
  ) {}

  async read(queue: string): Promise<BookPage> {
    return pageOf(await this.engine.keptAlerts(queue));
  }

  /**
   * Counts outbox entries in their alerts: each once, whoever is given it and how often.
   *
   * @returns false where some of them were counted meanwhile; which ones is known when they are taken again, and until then none is done
   */
  async count(queue: string, entries: readonly OutboxEntry[]): Promise<boolean> {
    const fresh = entries.filter(({ isCounted }) => !isCounted);
    if (fresh.length === 0) return true;
    const conditions = this.conditionsOf(queue, fresh);
    const answer = await this.change(
      queue,
      (page) => this.writes(page, queue, conditions),
      fresh.map(({ entryId }) => entryId),
    );
    return answer === 'written';
  }

  /** The same for entries of an outbox that this store does not know: twice where they are given out twice. */
  async countForeign(queue: string, entries: readonly OutboxEntry[]): Promise<boolean> {
    const conditions = this.conditionsOf(queue, entries);
    return (await this.change(queue, (page) => this.writes(page, queue, conditions))) === 'written';
  }

  /** What is wrong now, and by its absence what is not any more. */
  async reconcile(queue: string, conditions: readonly AlertCondition[]): Promise<void> {
    await this.change(queue, (page) => {
      const current = new Set(conditions.map(({ key }) => key));
      const now = this.time.now();
      const over = page.alerts
        .filter(({ key }) => !current.has(key))
        .flatMap(({ key, revision, record }) => {
          const after = unseen(record, now);
          return after === record ? [] : [writeOf(key, revision, after)];
        });
      const past = page.silences
        .filter(({ record }) => record.until <= now)
        .map(({ key, revision }): AlertWrite => ({ key, revision }));
      return [...this.writes(page, queue, conditions), ...over, ...past];
    });
  }

  /** One change of one alert; false when somebody else changed it first. */
  async replace(queue: string, { key, revision }: BookEntry, record: AlertRecord): Promise<boolean> {
    return (await this.engine.writeAlerts(queue, [writeOf(key, revision, record)])) === 'written';
  }

  async silence(queue: string, id: string, record: SilenceRecord): Promise<void> {
    const { actor, reason } = record;
    const line: AuditLine = { action: 'silence', actor, reason, target: id, after: wished(record) };
    const key = `${SILENCE_PREFIX}${id}`;
    // It is there already where the answer to the first try was lost.
    const isThere = ({ silences }: BookPage): boolean => silences.some((each) => each.key === key);
    await this.change(
      queue,
      (page) => (isThere(page) ? [] : [writeOf(key, 0, record)]),
      [],
      () => line,
    );
  }

  async unsilence(queue: string, id: string, { actor, reason }: Actor): Promise<void> {
    const meant = ({ silences }: BookPage): BookPage['silences'] =>
      silences.filter(({ key }) => key === `${SILENCE_PREFIX}${id}`);
    await this.change(
      queue,
      (page) => meant(page).map(({ key, revision }) => ({ key, revision })),
      [],
      (page) => ({ action: 'unsilence', actor, reason, target: id, before: meant(page).map(fullyWished).join() }),
    );
  }

  private conditionsOf(queue: string, entries: readonly OutboxEntry[]): AlertCondition[] {
    return entries.map(conditionOf).filter(({ rule, name }) => this.settings.limits(rule, queue, name) !== undefined);
  }

  private writes(page: BookPage, queue: string, conditions: readonly AlertCondition[]): AlertWrite[] {
    const known = new Map(page.alerts.map((entry) => [entry.key, entry]));
    const after = new Map<string, AlertRecord>();
    const now = this.time.now();
    for (const condition of conditions) {
      const key = keyOf(condition, known, after);
      const before = after.get(key) ?? known.get(key)?.record;
      after.set(key, seen(before, condition, queue, now, this.settings.repeatMs));
    }
    return [...after].map(([key, record]) => writeOf(key, known.get(key)?.revision ?? 0, record));
  }

  private async change(
    queue: string,
    change: Change,
    entryIds: readonly string[] = [],
    lineOf?: (page: BookPage) => AuditLine,
  ): Promise<Exclude<AlertWritten, 'outdated'>> {
    await this.time.sync();
    for (let attempt = 0; attempt < MOST_TRIES; attempt++) {
      const page = await this.read(queue);
      const writes = change(page);
      if (writes.length === 0 && entryIds.length === 0) return 'written';
      const answer = await this.engine.writeAlerts(queue, writes, entryIds, lineOf?.(page));
      if (answer !== 'outdated') return answer;
    }
    throw new Error(`alerts of queue ${queue}: others wrote them at the same time, ${MOST_TRIES} times`);
  }
}

/** Of what nothing is to be told, and until when. */
function wished({ silences: target, until }: SilenceRecord): string {
  return JSON.stringify({ ...target, until });
}

function fullyWished({
  record: { silences: target, until, since, actor, reason },
}: BookPage['silences'][number]): string {
  return JSON.stringify({ ...target, since, until, actor, reason });
}

function keyOf(
  { key, rule, name }: AlertCondition,
  known: ReadonlyMap<string, unknown>,
  after: ReadonlyMap<string, unknown>,
): string {
  if (rule !== 'job-buried' || known.has(key) || known.size + after.size < MOST_ALERTS) return key;
  return `job-buried:${name}`;
}

function writeOf(key: string, revision: number, record: AlertRecord | SilenceRecord | undefined): AlertWrite {
  return record === undefined ? { key, revision } : { key, revision, text: JSON.stringify(record) };
}

function pageOf(kept: readonly KeptAlert[]): BookPage {
  const isSilence = ({ key }: KeptAlert): boolean => key.startsWith(SILENCE_PREFIX);
  return {
    alerts: kept
      .filter((each) => !isSilence(each))
      .map(({ key, revision, text }) => ({ key, revision, record: JSON.parse(text) as AlertRecord })),
    silences: kept
      .filter(isSilence)
      .map(({ key, revision, text }) => ({ key, revision, record: JSON.parse(text) as SilenceRecord })),
  };
}
