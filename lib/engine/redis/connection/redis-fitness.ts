import type { Cluster, Redis } from 'ioredis';
import { VigilError } from '../../../core/vigil.error.js';
import type { EngineReport } from '../../engine.port.js';
import type { StoreHealth } from '../../store-health.port.js';
import type { RedisConnection } from './redis-connection.js';

const OLDEST_MAJOR = 7;
const PROBE_KEPT_MS = 60_000;
/** It answered, with a no. */
const REFUSED = ['ENGINE_FULL', 'ENGINE_FAILED'];

type Facts = ReadonlyMap<string, string>;

/** Looks at boot whether this Redis is fit for jobs, and what it promises. */
export class RedisFitness {
  constructor(private readonly connection: RedisConnection) {}

  /** @throws VigilError `REDIS_TOO_OLD`, `REDIS_EVICTION_POLICY`, `REDIS_READ_ONLY` */
  async check(): Promise<EngineReport> {
    const nodes = this.nodes();
    const reports = await Promise.all(nodes.map((node) => this.checkNode(node)));
    return {
      engine: 'redis',
      durability: [...new Set(reports.map(({ durability }) => durability))].join('; '),
      warnings: [...new Set(reports.flatMap(({ warnings }) => warnings))],
    };
  }

  /** @throws the errors of a store that does not answer */
  async health(probe: string): Promise<StoreHealth> {
    const asked = performance.now();
    const problem = await this.problemOf(probe);
    const latencyMs = performance.now() - asked;
    const nodes = await Promise.all(
      this.nodes().map(async (node) => {
        const facts = factsOf(await this.connection.within('info', () => node.info()));
        return { facts, durability: await this.durability(node, facts) };
      }),
    );
    const policies = nodes.map(({ facts }) => facts.get('maxmemory_policy') ?? 'unknown');
    const [fullest] = nodes
      .map(({ facts }) => ({ usedBytes: Number(facts.get('used_memory')), maxBytes: Number(facts.get('maxmemory')) }))
      .filter(({ maxBytes }) => maxBytes > 0)
      .sort((a, b) => b.usedBytes / b.maxBytes - a.usedBytes / a.maxBytes);
    return {
      latencyMs,
      isWritable: problem === undefined,
      durability: [...new Set(nodes.map(({ durability }) => durability))].join('; '),
      evictionPolicy: policies.find((policy) => policy !== 'noeviction') ?? 'noeviction',
      ...(fullest && { memory: fullest }),
      ...(problem !== undefined && { problem }),
    };
  }

  /** Why it refuses a write, if it does. */
  private async problemOf(probe: string): Promise<string | undefined> {
    try {
      await this.connection.command('set', probe, 1, 'PX', PROBE_KEPT_MS);
      return undefined;
    } catch (error) {
      if (error instanceof VigilError && REFUSED.includes(error.code)) return error.message;
      throw error;
    }
  }

  private nodes(): readonly Redis[] {
    const { client } = this.connection;
    return client.isCluster ? (client as Cluster).nodes('master') : [client as Redis];
  }

  private async checkNode(node: Redis): Promise<Pick<EngineReport, 'durability' | 'warnings'>> {
    const facts = factsOf(await this.connection.within('info', () => node.info()));
    refuseOld(facts);
    refuseReplica(facts);
    refuseEviction(facts);
    const warnings: string[] = [];
    if (facts.get('maxmemory') === '0') {
      warnings.push(
        'Redis has no maxmemory: when memory runs out, the system ends Redis instead of Redis refusing new jobs. Set maxmemory.',
      );
    }
    const durability = await this.durability(node, facts);
    if (durability.startsWith('none')) {
      warnings.push('Redis keeps nothing on disk: accepted jobs are lost when it ends. Set `appendonly yes`.');
    }
    return { durability, warnings };
  }

  private async durability(node: Redis, facts: Facts): Promise<string> {
    const settings = await this.settings(node);
    if (facts.get('aof_enabled') === '1') {
      const fsync = settings?.get('appendfsync');
      if (fsync === 'always')
        return 'AOF, written out at every job: an accepted job survives the end of Redis and of its machine';
      if (fsync === 'everysec')
        return 'AOF, written out every second: a lost machine costs up to about a second of accepted jobs';
      if (fsync === undefined)
        return 'AOF, but CONFIG is not allowed, so it could not be seen how often it is written out';
      return `AOF (appendfsync ${fsync}), written out when the system likes: a lost machine may cost half a minute of accepted jobs`;
    }
    if (!settings)
      return 'unknown: no AOF, and CONFIG is not allowed, so it could not be seen whether snapshots are taken';
    const save = settings.get('save');
    return save
      ? `snapshots (save ${save}): what was accepted after the last one is lost when Redis ends`
      : 'none: no AOF and no snapshots';
  }

  /** Undefined where CONFIG is forbidden, as hosted services do. */
  private async settings(node: Redis): Promise<Facts | undefined> {
    try {
      const [fsync, save] = await this.connection.within('config get', () =>
        Promise.all([node.config('GET', 'appendfsync'), node.config('GET', 'save')]),
      );
      return new Map([...pairs(fsync), ...pairs(save)]);
    } catch (error) {
      if (error instanceof VigilError && error.code === 'ENGINE_FAILED') return undefined;
      throw error;
    }
  }
}

function factsOf(info: string): Facts {
  const lines = info.split(/\r?\n/).filter((line) => line.includes(':'));
  return new Map(lines.map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1)]));
}

/** A list in RESP2, an object in RESP3. */
function pairs(reply: unknown): [string, string][] {
  if (!Array.isArray(reply)) return Object.entries(reply as Record<string, string>);
  const flat = reply as string[];
  return flat.flatMap((name, n) => (n % 2 === 0 ? [[name, flat[n + 1]] as [string, string]] : []));
}

function refuseOld(facts: Facts): void {
  const version = facts.get('redis_version') ?? '0';
  if (Number.parseInt(version, 10) >= OLDEST_MAJOR) return;
  throw new VigilError(
    'REDIS_TOO_OLD',
    `redis: the server is version ${version}; ${OLDEST_MAJOR}.0 or newer is needed. Upgrade it, or name another one.`,
  );
}

function refuseReplica(facts: Facts): void {
  if (facts.get('role') !== 'slave') return;
  throw new VigilError(
    'REDIS_READ_ONLY',
    'redis: the server is a replica and takes no writes. Name the primary, or give `sentinels` and `name` so that it is found.',
  );
}

function refuseEviction(facts: Facts): void {
  const policy = facts.get('maxmemory_policy') ?? 'unknown';
  if (policy === 'noeviction') return;
  throw new VigilError(
    'REDIS_EVICTION_POLICY',
    `redis: maxmemory-policy is '${policy}', so Redis may delete jobs when memory is short. Set \`maxmemory-policy noeviction\`.`,
  );
}
