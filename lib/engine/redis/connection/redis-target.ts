import type { Cluster, ClusterNode, ClusterOptions, RedisOptions, Redis } from 'ioredis';
import { VigilError } from '../../../core/vigil.error.js';

/**
 * A Redis Cluster to connect to.
 *
 * @example
 * const redis: RedisClusterTarget = { nodes: [{ host: 'redis-1', port: 6379 }], options: { scaleReads: 'master' } };
 * @publicApi
 */
export interface RedisClusterTarget {
  readonly nodes: readonly ClusterNode[];
  readonly options?: ClusterOptions;
}

/**
 * Where Redis is: a URL, options of ioredis (Sentinel options included), a Cluster, or a connection whose settings are
 * taken over. A given connection itself is neither used nor closed.
 *
 * @example
 * const redis: RedisTarget = 'redis://localhost:6379';
 * @publicApi
 */
export type RedisTarget = string | RedisOptions | RedisClusterTarget | Redis | Cluster;

type Instance = Redis | Cluster;

/** By what it can do: another copy of ioredis has other classes. */
export function isInstance(target: RedisTarget): target is Instance {
  return typeof target === 'object' && typeof (target as { duplicate?: unknown }).duplicate === 'function';
}

export function isCluster(instance: Instance): instance is Cluster {
  return instance.isCluster;
}

export function isClusterTarget(target: RedisTarget): target is RedisClusterTarget {
  return typeof target === 'object' && !isInstance(target) && 'nodes' in target && Array.isArray(target.nodes);
}

/** The options that name Sentinels; undefined where the target needs none. */
export function sentinelOptions(target: RedisTarget): RedisOptions | undefined {
  if (typeof target === 'string' || isClusterTarget(target) || (isInstance(target) && isCluster(target)))
    return undefined;
  const options = isInstance(target) ? target.options : target;
  return options.sentinels?.length ? options : undefined;
}

function keyPrefixOf(options: RedisOptions | ClusterOptions = {}): string | undefined {
  const { keyPrefix, redisOptions } = options as { keyPrefix?: string; redisOptions?: RedisOptions };
  return keyPrefix || redisOptions?.keyPrefix;
}

/** ioredis takes the query of a URL for options. */
function keyPrefixOfUrl(url: string): string | null {
  const query = url.indexOf('?');
  return query < 0 ? null : new URLSearchParams(url.slice(query)).get('keyPrefix');
}

/** @throws VigilError `REDIS_KEY_PREFIX` */
export function refuseKeyPrefix(target: RedisTarget): void {
  const keyPrefix =
    typeof target === 'string'
      ? keyPrefixOfUrl(target)
      : keyPrefixOf(isInstance(target) || isClusterTarget(target) ? target.options : target);
  if (!keyPrefix) return;
  throw new VigilError(
    'REDIS_KEY_PREFIX',
    `redis: keyPrefix '${keyPrefix}' can not be used, because scripts make keys that ioredis does not see. Remove it and set \`prefix: '${keyPrefix.replace(/\W+$/, '')}'\` in the module's options.`,
  );
}
