import type { DeadLetterGroup } from '../../../core/dead-letter-group.js';
import type { FailureLabel } from '../../../core/failure-group.js';
import { formatJobId } from '../../../core/job-id.js';
import type { BurialReason } from '../../../core/job-state.js';
import type { Page } from '../../../core/job-snapshot.js';
import type { DeadLetterGroupFilter } from '../../dead-letter.port.js';
import { HOURS_OF_GROUP, SAMPLES_OF_GROUP } from '../../store-limits.js';
import type { RedisConnection } from '../connection/redis-connection.js';
import type { QueueRegistry } from '../operations/queue-registry.js';
import type { RedisKeys } from '../redis-keys.js';
import { cursorBehind, newestFirst, readOn, shareOf, type Found, type Positioned } from './newest-first.js';

/** So many are read by one script: for each of them it looks at all types. */
const MOST_READ = 50;
/** Where their hours are counted, less should be read in vain. */
const MOST_READ_BY_HOUR = 25;

type Reply = (string | number)[];

interface PositionedGroup extends Positioned {
  readonly group: DeadLetterGroup;
}

/** Reads the groups that burials make and exhumations end. */
export class RedisGroups {
  constructor(
    private readonly connection: RedisConnection,
    private readonly keys: RedisKeys,
    private readonly registry: QueueRegistry,
  ) {}

  async list(filter: DeadLetterGroupFilter, limit: number, cursor?: string): Promise<Page<DeadLetterGroup>> {
    const { queue, perHour = false } = filter;
    const queues = queue === undefined ? await this.registry.list() : [queue];
    const most = Math.min(shareOf(limit + 1, queues), perHour ? MOST_READ_BY_HOUR : MOST_READ);
    const groups = newestFirst(queues, cursor, (name, before) =>
      readOn(most, before, (position) => this.read(name, filter, most, position)),
    );
    const items: DeadLetterGroup[] = [];
    let last: Found<Positioned> | undefined;
    for await (const found of groups) {
      if (last && items.length === limit) return { items, nextCursor: cursorBehind(last) };
      items.push(found.item.group);
      last = found;
    }
    return { items };
  }

  private async read(
    queue: string,
    { type = '', perHour = false }: DeadLetterGroupFilter,
    most: number,
    before?: number,
  ): Promise<PositionedGroup[]> {
    const args = [type, most, before ?? '+inf', SAMPLES_OF_GROUP, perHour ? HOURS_OF_GROUP : 0];
    const reply = await this.connection.run<Reply>('dead-letter-groups', this.keys.queue(queue), [], args);
    const groups: PositionedGroup[] = [];
    for (let at = 0; at < reply.length;) {
      const [position, name, group, count, lines, hours, samples] = reply.slice(at, at + 7);
      at += 7;
      const members = reply.slice(at, (at += Number(samples))) as string[];
      const ids = members.map((member) => {
        const [, slotKey, op] = member.split('~') as [string, string, string];
        return formatJobId({ queue, type: String(name), slotKey, op });
      });
      const common = commonOf(String(lines));
      groups.push({
        position: Number(position),
        group: {
          ...{ group: String(group), queue, count: Number(count), ...common, samples: ids },
          ...(perHour && { perHour: hourly(String(hours)) }),
        },
      });
    }
    return groups;
  }
}

function commonOf(lines: string): Omit<DeadLetterGroup, 'group' | 'queue' | 'count' | 'samples'> {
  const [times, versions, reasons, workers, label] = lines.split('\n') as [string, string, string, string, string];
  const [firstSeenAt, lastSeenAt] = times.split(' ').map(Number) as [number, number];
  return {
    ...(JSON.parse(label) as FailureLabel),
    ...{ firstSeenAt, lastSeenAt },
    reasons: named(reasons) as BurialReason[],
    versions: named(versions).map(Number),
    workers: named(workers),
  };
}

/** The oldest first. */
function hourly(counts: string): number[] {
  const newestFirst = counts === '' ? [] : counts.split(' ').map(Number);
  return Array.from({ length: HOURS_OF_GROUP }, (_, n) => newestFirst[HOURS_OF_GROUP - 1 - n] ?? 0);
}

function named(list: string): string[] {
  return list === '' ? [] : list.split(',');
}
