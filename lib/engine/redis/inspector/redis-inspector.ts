import type { JobRef } from '../../../core/job-id.js';
import type { JobSnapshot, Page } from '../../../core/job-snapshot.js';
import type { WorkerAnnouncement } from '../../consumer.port.js';
import type {
  Actor,
  JobFilter,
  JobInspector,
  JobPlace,
  PauseTarget,
  QueueStats,
  TypeStats,
} from '../../inspector.port.js';
import type { OperationRing } from '../operations/operation-ring.js';
import type { QueueRegistry } from '../operations/queue-registry.js';
import type { RedisConnection } from '../connection/redis-connection.js';
import { RedisJobReader } from './redis-job-reader.js';
import type { RedisKeys } from '../redis-keys.js';
import { RedisListing } from './redis-listing.js';

/** Among the names of paused types: the queue itself. */
const WHOLE_QUEUE = '*';

type Figures = readonly [line: string, ...figures: number[]];

export class RedisInspector implements JobInspector {
  private readonly reader: RedisJobReader;
  private readonly listing: RedisListing;

  constructor(
    private readonly connection: RedisConnection,
    private readonly keys: RedisKeys,
    private readonly registry: QueueRegistry,
    private readonly ring: OperationRing,
  ) {
    this.reader = new RedisJobReader(connection, keys);
    this.listing = new RedisListing(connection, keys, this.reader);
  }

  async get(ref: JobRef): Promise<JobSnapshot | undefined> {
    return this.reader.read(ref);
  }

  async getHolder(place: JobPlace): Promise<JobSnapshot | undefined> {
    return this.reader.readHolder(place);
  }

  async list(filter: JobFilter, limit: number, cursor?: string): Promise<Page<JobSnapshot>> {
    return this.listing.page(filter, limit, cursor);
  }

  async queues(): Promise<string[]> {
    return this.registry.list();
  }

  async stats(queue: string): Promise<QueueStats> {
    const [pauses, ...lines] = await this.connection.run<[string[], ...Figures[]]>(
      'stats',
      this.keys.queue(queue),
      [],
      [],
    );
    const paused = new Set(pauses);
    const types = lines.map((figures) => statsOf(figures, paused));
    types.sort((a, b) => (a.type === b.type ? a.version - b.version : a.type < b.type ? -1 : 1));
    return { queue, paused: paused.has(WHOLE_QUEUE), types };
  }

  async workers(queue: string): Promise<(WorkerAnnouncement & { readonly leaseUntil: number })[]> {
    const keys = this.keys.queue(queue);
    const reply = await this.connection.run<string[]>('workers', keys, [keys.workers, keys.announcements], []);
    const workers = [];
    for (let n = 0; n < reply.length; n += 2) {
      const announcement = JSON.parse(reply[n + 1]) as WorkerAnnouncement;
      workers.push({ ...announcement, leaseUntil: Number(reply[n]) });
    }
    return workers.sort((a, b) => a.startedAt - b.startedAt || (a.worker < b.worker ? -1 : 1));
  }

  async setPaused({ queue, type }: PauseTarget, paused: boolean, { actor, reason }: Actor): Promise<void> {
    const keys = this.keys.queue(queue);
    await this.registry.add(queue);
    const own = [this.ring.key(keys), keys.audit];
    const what = [type ?? WHOLE_QUEUE, paused ? 1 : 0, type ?? queue, actor, reason];
    await this.ring.run(queue, (operation) => this.connection.run('pause', keys, own, [...operation, ...what]));
  }
}

function statsOf([line, ...figures]: Figures, paused: ReadonlySet<string>): TypeStats {
  const at = line.lastIndexOf('@');
  const type = line.slice(0, at);
  const [scheduled, waiting, active, dead, accepted, completed, cancelled, resolved] = figures as [
    ...[number, number, number, number],
    ...[number, number, number, number],
  ];
  return {
    ...{ type, version: Number(line.slice(at + 1)) },
    ...{ scheduled, waiting, active, dead, accepted, completed, cancelled, resolved },
    paused: paused.has(type),
  };
}
