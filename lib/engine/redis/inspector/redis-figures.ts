import { FIGURES_KEPT_MINUTES } from '../../figure-names.js';
import type {
  FigureBatch,
  JobFigures,
  LineDepth,
  MinuteFigures,
  QueueDepths,
  QueueUpkeep,
} from '../../figures.port.js';
import type { RedisConnection } from '../connection/redis-connection.js';
import type { RedisKeys } from '../redis-keys.js';

type Figures = readonly [
  ...[line: string, scheduled: number, waiting: number, active: number],
  ...[dead: number, accepted: number, waitingSince: string, deadSince: string],
];

/** Minutes asked for at once. */
const READ_AT_ONCE = 60;
/** More would not go through Lua at once. */
const ADDED_AT_ONCE = 1_000;
/** A batch goes in parts, each with a place of its own in the ring of its source. */
const MOST_PARTS = 1_024;
const RING_KEPT_MS = 3_600_000;

export class RedisFigures implements JobFigures {
  constructor(
    private readonly connection: RedisConnection,
    private readonly keys: RedisKeys,
  ) {}

  async storeTime(): Promise<number> {
    const [seconds, micros] = await this.connection.command<[string, string]>('time');
    return Number(seconds) * 1_000 + Math.floor(Number(micros) / 1_000);
  }

  async minuteFigures(queue: string, minutes: readonly number[]): Promise<readonly MinuteFigures[]> {
    const keys = this.keys.queue(queue);
    const found: MinuteFigures[] = [];
    for (let at = 0; at < minutes.length; at += READ_AT_ONCE) {
      const some = minutes.slice(at, at + READ_AT_ONCE).map(async (minute) => {
        const texts = await this.connection.command<Record<string, string>>('hgetall', keys.minute(minute));
        const entries = Object.entries(texts).map(([name, text]): [string, number] => [name, Number(text)]);
        return { minute, figures: new Map(entries) };
      });
      found.push(...(await Promise.all(some)).filter(({ figures }) => figures.size > 0));
    }
    return found;
  }

  async addFigures(queue: string, figures: ReadonlyMap<string, number>, { source, seq }: FigureBatch): Promise<void> {
    const keys = this.keys.queue(queue);
    const all = [...figures];
    for (let part = 0; part * ADDED_AT_ONCE < all.length; part++) {
      const some = all.slice(part * ADDED_AT_ONCE, (part + 1) * ADDED_AT_ONCE).flat();
      const args = [seq * MOST_PARTS + part, MOST_PARTS, RING_KEPT_MS, ...some];
      await this.connection.run('add-figures', keys, [keys.ring(source)], args);
    }
  }

  async depths(queue: string): Promise<QueueDepths> {
    const keys = this.keys.queue(queue);
    const [at, ...lines] = await this.connection.run<[string, ...Figures[]]>('depths', keys, [keys.inUse], []);
    return { at: Number(at), lines: lines.map(depthOf).sort(byName) };
  }

  async upkeep(queue: string): Promise<QueueUpkeep> {
    const { connection } = this;
    const { due, workers } = this.keys.queue(queue);
    const [at, scheduled, leases] = await Promise.all([
      this.storeTime(),
      connection.command<string[]>('zrange', due, 0, 0, 'WITHSCORES'),
      connection.command<string[]>('zrange', workers, 0, -1, 'WITHSCORES'),
    ]);
    const ends = leases.flatMap((text, n) => (n % 2 === 1 ? [Number(text)] : []));
    const past = ends.filter((end) => end <= at);
    return {
      ...{ at, livingWorkers: ends.length - past.length },
      ...(scheduled.length > 0 && { dueSince: Number(scheduled[1]) }),
      ...(past.length > 0 && { deadSince: Math.min(...past) }),
    };
  }

  async noteDepths(queue: string): Promise<void> {
    const keys = this.keys.queue(queue);
    await this.connection.run('note-depths', keys, [keys.inUse], [FIGURES_KEPT_MINUTES * 60]);
  }
}

function depthOf([line, scheduled, waiting, active, dead, accepted, waitingSince, deadSince]: Figures): LineDepth {
  const at = line.lastIndexOf('@');
  return {
    ...{ type: line.slice(0, at), version: Number(line.slice(at + 1)) },
    ...{ scheduled, waiting, active, dead, accepted },
    ...(waitingSince !== '' && { waitingSince: Number(waitingSince) }),
    ...(deadSince !== '' && { deadSince: Number(deadSince) }),
  };
}

function byName(a: LineDepth, b: LineDepth): number {
  return a.type === b.type ? a.version - b.version : a.type < b.type ? -1 : 1;
}
