import type { CronRecord } from '../core/cron-record.js';
import { namedActor, type Actor } from '../core/named-actor.js';
import { pageSize } from '../core/page-size.js';
import type { CronStore } from '../engine/cron.port.js';
import type { JobFigures } from '../engine/figures.port.js';
import type { JobInspector } from '../engine/inspector.port.js';
import type { CronDescription } from './cron-entry.js';
import type { CronLane } from './cron-lane.js';
import { CronUnknownError } from './cron.errors.js';
import { summaryOf, type CronSummary } from './cron-summary.js';
import { slotTake } from './slot-request.js';
import { isStale, meantOf, shownOf, type FoundCron } from './twin-entries.js';

/**
 * Whether a run that somebody asked for was accepted.
 *
 * @example
 * const wasAccepted = ({ status }: CronRunReceipt): boolean => status === 'accepted';
 * @publicApi
 */
export type CronRunReceipt =
  | { readonly status: 'accepted'; readonly jobId: string }
  /** An earlier run is not over; `by` is the worker that runs it, where it is known. */
  | { readonly status: 'overlap'; readonly by?: string };

/** Histories that are read at once. */
const READ_AT_ONCE = 20;

export interface CronServiceParts {
  readonly engine: CronStore & Pick<JobFigures, 'storeTime'> & Pick<JobInspector, 'queues'>;
  /** Entries of this process whose slots are kept in the store, and those of this process alone. */
  readonly lanes: readonly CronLane[];
  readonly local: CronLane;
  readonly instance: string;
}

/**
 * Cron entries over all instances: when they run next, what became of their slots, and the hand on the lever.
 *
 * @example
 * class BooksDesk {
 *   constructor(private readonly cron: CronService) {}
 *
 *   async closeAgain(): Promise<void> {
 *     await this.cron.runNow('reconcile', { actor: 'ada@example.org', reason: 'the books were corrected' });
 *   }
 * }
 * @publicApi
 */
export class CronService {
  /** @internal built by the module */
  constructor(private readonly parts: CronServiceParts) {}

  /**
   * Every entry that a process declared and nobody has forgotten, by name; those with `lock: false` as they stand in this process. One
   * that was moved to another queue, or to `lock: false`, stands there twice while nobody has forgotten what it left behind.
   */
  async list(): Promise<CronSummary[]> {
    const found = shownOf(await this.all());
    return found
      .map(({ queue, kept, now }) => summaryOf(queue, kept, now))
      .sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : b.seenAt - a.seenAt));
  }

  /**
   * What became of the last slots, newest first: at most the last 100 lines, of the last 90 days.
   *
   * @throws VigilError `CRON_UNKNOWN`, `LIMIT_INVALID`
   */
  async history(name: string, { limit }: { readonly limit?: number } = {}): Promise<CronRecord[]> {
    const size = pageSize(limit, 'CronService.history');
    const { queue, store } = await this.find(name, 'CronService.history');
    return newest(await store.cronHistory(queue, name), size);
  }

  /**
   * The same of several entries as `list` gave them, in their order; of one that was forgotten meanwhile, nothing.
   *
   * @throws VigilError `LIMIT_INVALID`
   */
  async histories(
    entries: readonly Pick<CronSummary, 'name' | 'queue'>[],
    { limit }: { readonly limit?: number } = {},
  ): Promise<readonly (readonly CronRecord[])[]> {
    const size = pageSize(limit, 'CronService.histories');
    const { engine, local } = this.parts;
    const read = async ({ name, queue }: Pick<CronSummary, 'name' | 'queue'>): Promise<CronRecord[]> => {
      const store = local.find(name)?.queue === queue ? local.store : engine;
      return newest(await store.cronHistory(queue, name), size);
    };
    const histories: CronRecord[][] = [];
    for (let at = 0; at < entries.length; at += READ_AT_ONCE)
      histories.push(...(await Promise.all(entries.slice(at, at + READ_AT_ONCE).map(read))));
    return histories;
  }

  /**
   * Runs an entry now, paused or not, through its lock. Its planned slots stay as they are.
   *
   * @throws VigilError `CRON_UNKNOWN`, `ACTOR_AND_REASON_REQUIRED`
   */
  async runNow(name: string, by: Actor): Promise<CronRunReceipt> {
    const place = 'CronService.runNow';
    const actor = namedActor(by, place);
    const { queue, kept, store } = await this.find(name, place);
    const slot = await store.storeTime();
    const { instance } = this.parts;
    const description = JSON.parse(kept.definition) as CronDescription;
    const owner = { name, queue, fingerprint: kept.fingerprint, description, instance };
    const take = slotTake(owner, { slot, kind: 'manual', trigger: 'manual', after: 0, by: actor });
    const answer = await store.takeSlot(take);
    if (answer.status === 'overlap') return { status: 'overlap', ...(answer.by && { by: answer.by }) };
    const { jobId = '' } = JSON.parse(take.line.text) as CronRecord;
    return { status: 'accepted', jobId };
  }

  /**
   * No slot is run until it is resumed, on no instance, over restarts too. What runs goes on.
   *
   * @throws VigilError `CRON_UNKNOWN`, `ACTOR_AND_REASON_REQUIRED`
   */
  async pause(name: string, by: Actor): Promise<void> {
    await this.setPaused(name, true, by, 'CronService.pause');
  }

  /**
   * Slots are run again; of those that passed meanwhile, what its `missed` says.
   *
   * @throws VigilError `CRON_UNKNOWN`, `ACTOR_AND_REASON_REQUIRED`
   */
  async resume(name: string, by: Actor): Promise<void> {
    await this.setPaused(name, false, by, 'CronService.resume');
  }

  /**
   * Forgets an entry that was removed from the code, with its history; until then it raises an alert. Of one that was moved it forgets
   * what nobody declares any more. One that some process still declares is known again within half a minute.
   *
   * @throws VigilError `CRON_UNKNOWN`, `ACTOR_AND_REASON_REQUIRED`
   */
  async forget(name: string, by: Actor): Promise<void> {
    const place = 'CronService.forget';
    const actor = namedActor(by, place);
    const left = (await this.all()).filter((one) => one.kept.name === name && isStale(one));
    const gone = left.length > 0 ? left : [await this.find(name, place)];
    for (const { queue, store } of gone) await store.forgetCron(queue, name, actor);
  }

  private async setPaused(name: string, paused: boolean, by: Actor, place: string): Promise<void> {
    const actor = namedActor(by, place);
    const { queue, store, lane } = await this.find(name, place);
    await store.setCronPaused(queue, name, paused, actor);
    const entry = lane?.find(name);
    if (entry) lane?.scheduler.look(entry);
  }

  /** @throws VigilError `CRON_UNKNOWN` */
  private async find(name: string, place: string): Promise<FoundCron> {
    const { lanes, local } = this.parts;
    const found = (await this.all()).filter(({ kept }) => kept.name === name);
    const isDeclaredHere = [...lanes, local].some((lane) => lane.find(name));
    const meant = meantOf(found, isDeclaredHere);
    if (!meant) throw new CronUnknownError(String(name), place);
    return meant;
  }

  private async all(): Promise<FoundCron[]> {
    const { engine, lanes, local } = this.parts;
    const shared = await keptIn(engine, await engine.queues(), lanes);
    const own = await keptIn(local.store, new Set(local.all().map(({ queue }) => queue)), [local]);
    return [...shared, ...own];
  }
}

function newest(lines: readonly string[], size: number): CronRecord[] {
  return lines.slice(0, size).map((text) => JSON.parse(text) as CronRecord);
}

async function keptIn(
  store: FoundCron['store'],
  queues: Iterable<string>,
  lanes: readonly CronLane[],
): Promise<FoundCron[]> {
  const found: Omit<FoundCron, 'now'>[] = [];
  for (const queue of queues) {
    for (const kept of await store.keptCron(queue)) {
      const lane = lanes.find((one) => one.find(kept.name)?.queue === queue);
      found.push({ queue, kept, store, ...(lane && { lane }) });
    }
  }
  const now = await store.storeTime();
  return found.map((one) => ({ ...one, now }));
}
