import type { JobRef } from '../../../core/job-id.js';
import type { JobSnapshot, Page } from '../../../core/job-snapshot.js';
import type { JobFilter } from '../../inspector.port.js';
import { ActiveAttempts, type ActiveAttempt } from '../records/active-attempts.js';
import { MOST_BURIALS_READ, RedisBurials } from './redis-burials.js';
import type { RedisConnection } from '../connection/redis-connection.js';
import { partsOfCursor } from './redis-cursor.js';
import type { RedisJobReader } from './redis-job-reader.js';
import type { RedisKeys } from '../redis-keys.js';

/** So many members are looked at by one script. */
const LOOKED_AT_ONCE = 500;
/** A page that is not full by then ends early, with a cursor: a line may hold any number of ghosts. */
const MOST_LOOKS = 40;
const SHOWN_AT_ONCE = 100;

/** A member of a list or set, and the cursor that goes on after it. */
interface Place {
  readonly member: string;
  readonly cursor: string;
}

/** `rest` is where to go on; undefined at the end. */
interface Places {
  readonly places: readonly Place[];
  readonly rest?: string;
}

type Look = (filter: JobFilter, most: number, cursor: string | undefined) => Promise<Places>;

/** Jobs of one type in one state, page by page. No script reads more than a bounded part of a list. */
export class RedisListing {
  private readonly active: ActiveAttempts;
  private readonly burials: RedisBurials;
  private readonly looks: Readonly<Record<JobFilter['state'], Look>>;

  constructor(
    private readonly connection: RedisConnection,
    private readonly keys: RedisKeys,
    private readonly reader: RedisJobReader,
  ) {
    this.active = new ActiveAttempts(connection);
    this.burials = new RedisBurials(connection, keys);
    this.looks = {
      waiting: (...args) => this.waiting(...args),
      scheduled: (...args) => this.scheduled(...args),
      active: (...args) => this.running(...args),
      dead: (...args) => this.dead(...args),
    };
  }

  async page(filter: JobFilter, limit: number, cursor?: string): Promise<Page<JobSnapshot>> {
    const look = this.looks[filter.state];
    const found: Place[] = [];
    let rest = cursor;
    // One more than asked for tells whether there is a next page.
    for (let looks = 0; looks < MOST_LOOKS && found.length <= limit; looks++) {
      const { places, rest: next } = await look(filter, Math.min(limit + 1 - found.length, LOOKED_AT_ONCE), rest);
      found.push(...places);
      rest = next;
      if (rest === undefined) break;
    }
    const shown = found.slice(0, limit);
    const items = await this.show(filter, shown);
    const nextCursor = found.length > limit ? shown[shown.length - 1]?.cursor : rest;
    return nextCursor === undefined ? { items } : { items, nextCursor };
  }

  /** What went elsewhere since it was seen is in the list no more. */
  private async show(filter: JobFilter, places: readonly Place[]): Promise<JobSnapshot[]> {
    const items: JobSnapshot[] = [];
    for (let n = 0; n < places.length; n += SHOWN_AT_ONCE) {
      const read = places.slice(n, n + SHOWN_AT_ONCE).map(({ member }) => this.showMember(filter, member));
      for (const snapshot of await Promise.all(read)) if (snapshot) items.push(snapshot);
    }
    return items;
  }

  private async showMember({ queue, type, state }: JobFilter, member: string): Promise<JobSnapshot | undefined> {
    const [slotKey, op, life] = member.split('~') as [string, string, string];
    const ref: JobRef = { queue, type, slotKey, op };
    const snapshot = await this.reader.read(ref);
    return snapshot?.state === state && snapshot.life === Number(life) ? snapshot : undefined;
  }

  private async waiting({ queue, type }: JobFilter, most: number, cursor?: string): Promise<Places> {
    const from = partsOfCursor(cursor, /^w~(\d{1,15})~([0-4])~(\d{1,15})$/) ?? [0, 0, 0];
    const [rest = '', ...reply] = await this.connection.run<string[]>(
      'list-waiting',
      this.keys.queue(queue),
      [],
      [...[type, most, LOOKED_AT_ONCE], ...from],
    );
    const places: Place[] = [];
    for (let n = 0; n < reply.length; n += 4) {
      const [version, list, index, member] = reply.slice(n, n + 4) as [string, string, string, string];
      places.push({ member, cursor: `w~${version}~${list}~${Number(index) + 1}` });
    }
    return { places, ...(rest !== '' && { rest: `w~${rest.replaceAll(' ', '~')}` }) };
  }

  private async scheduled({ queue, type }: JobFilter, most: number, cursor?: string): Promise<Places> {
    const from = partsOfCursor(cursor, /^s~(\d{1,16})~(\d{1,15})~([s0-3][\w.:=~-]+)$/) ?? ['', '', ''];
    const reply = await this.connection.run<string[]>(
      'list-scheduled',
      this.keys.queue(queue),
      [],
      [...[type, most], ...from],
    );
    const places: Place[] = [];
    for (let n = 0; n < reply.length; n += 3) {
      const [due, version, entry] = reply.slice(n, n + 3) as [string, string, string];
      places.push({ member: entry.slice(1), cursor: `s~${due}~${version}~${entry}` });
    }
    return placesOf(places, most);
  }

  private async dead({ queue, type }: JobFilter, most: number, cursor?: string): Promise<Places> {
    const [before] = partsOfCursor(cursor, /^d~(\d{1,16})$/) ?? [];
    const burials = await this.burials.newest(queue, { type }, most, before === undefined ? undefined : Number(before));
    const places = burials.map(({ member, position }): Place => ({ member, cursor: `d~${position}` }));
    return placesOf(places, Math.min(most, MOST_BURIALS_READ));
  }

  /** As many as there are slots of workers: read as a whole, a chunk at a time. */
  private async running({ queue, type }: JobFilter, most: number, cursor?: string): Promise<Places> {
    const from = partsOfCursor(cursor, /^a~(\d{1,15})~(\d{1,15})~([\w.:=~-]+)$/);
    const keys = this.keys.queue(queue);
    const lines = await this.connection.command<string[]>('smembers', keys.types);
    const own = lines.filter((line) => line.startsWith(`${type}@`));
    const after = from && { startedAt: Number(from[0]), line: `${type}@${from[1]}`, member: from[2] };
    const found = await this.active.of(keys, own, (attempt) => !after || inOrder(after, attempt) < 0);
    found.sort(inOrder);
    const places = found.slice(0, most).map(({ member, line, startedAt }): Place => {
      return { member, cursor: `a~${startedAt}~${versionOf(line)}~${member}` };
    });
    return placesOf(places, most);
  }
}

function placesOf(places: readonly Place[], most: number): Places {
  const last = places.length < most ? undefined : places[places.length - 1];
  return last ? { places, rest: last.cursor } : { places };
}

type Start = Pick<ActiveAttempt, 'startedAt' | 'line' | 'member'>;

function inOrder(a: Start, b: Start): number {
  const byStart = a.startedAt - b.startedAt || versionOf(a.line) - versionOf(b.line);
  return byStart || (a.member < b.member ? -1 : Number(a.member > b.member));
}

function versionOf(line: string): number {
  return Number(line.slice(line.lastIndexOf('@') + 1));
}
