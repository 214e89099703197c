import { Cluster, Redis, type ClusterNode, type ClusterOptions, type RedisOptions } from 'ioredis';
import { isCluster, isClusterTarget, isInstance, type RedisTarget } from './redis-target.js';

export type RedisClient = Redis | Cluster;

/** Of what an outage lasts longer than it must: a failover itself takes a few seconds. */
const SLOWEST_RETRY_MS = 1_000;
/** Sentinels often live beside a server and die with it; there is another one to ask. */
const SENTINEL_MS = 1_000;
/** When we leave, nothing is under way that is still wanted; the default would keep the process for two seconds. */
const GOODBYE_MS = 250;

/**
 * A connection of our own to the target. Commands are resent after a broken connection, which is safe because every script
 * may run twice; their deadline is not ioredis' but ours. A socket that is silent for `silenceMs` while a command waits is
 * replaced: a half-open one would never tell.
 */
export function createClient(target: RedisTarget, silenceMs: number): RedisClient {
  if (typeof target === 'string') return new Redis(target, ours({}, silenceMs));
  if (isInstance(target)) {
    return isCluster(target)
      ? target.duplicate([], ourCluster(target.options, silenceMs))
      : target.duplicate(ours(target.options, silenceMs));
  }
  if (isClusterTarget(target)) {
    return new Cluster(target.nodes as ClusterNode[], ourCluster(target.options ?? {}, silenceMs));
  }
  return new Redis({ ...target, ...ours(target, silenceMs) });
}

function ours(given: RedisOptions, silenceMs: number): RedisOptions {
  return {
    connectionName: given.connectionName ?? 'nestjs-vigil',
    lazyConnect: true,
    enableOfflineQueue: true,
    enableReadyCheck: true,
    enableAutoPipelining: false,
    autoResendUnfulfilledCommands: true,
    autoResubscribe: true,
    maxRetriesPerRequest: null,
    commandTimeout: undefined,
    stringNumbers: false,
    socketTimeout: silenceMs,
    disconnectTimeout: GOODBYE_MS,
    // Whoever waits for a pop is told its end by a timer here, should the reply be lost. Any sooner, and it would lose the reply.
    blockingTimeout: silenceMs,
    retryStrategy: (times) => wait(given.retryStrategy?.(times), times),
    sentinelRetryStrategy: (times) => wait(given.sentinelRetryStrategy?.(times), times),
    sentinelCommandTimeout: given.sentinelCommandTimeout ?? SENTINEL_MS,
    connectTimeout: given.connectTimeout ?? (given.sentinels ? SENTINEL_MS : undefined),
    reconnectOnError: (error) => given.reconnectOnError?.(error) || demoted(error),
  };
}

function ourCluster(given: ClusterOptions, silenceMs: number): ClusterOptions {
  return {
    ...given,
    lazyConnect: true,
    enableOfflineQueue: true,
    enableAutoPipelining: false,
    // A replica may not know yet which steps are remembered, and they would be done again.
    scaleReads: 'master',
    maxRedirections: Math.max(given.maxRedirections ?? 0, redirections(silenceMs)),
    clusterRetryStrategy: (times, reason) => wait(given.clusterRetryStrategy?.(times, reason), times),
    redisOptions: { ...given.redisOptions, ...ours(given.redisOptions ?? {}, silenceMs) },
  };
}

/** Whether the server is not the master any more; who is may be known by now. A pop that was cut short is asked for there. */
function demoted({ message }: Error): 1 | 2 | false {
  if (message.startsWith('UNBLOCKED')) return 2;
  return message.startsWith('READONLY') ? 1 : false;
}

/**
 * While a slot moves or a node is replaced, a command is sent on twice every 100 ms. How long it may go on so is for its deadline
 * to say; ioredis would give up after less than a second.
 */
function redirections(silenceMs: number): number {
  return 16 + Math.ceil(silenceMs / 50);
}

/** For a connection of which no settings were given. */
export function reconnectAfter(times: number): number {
  return wait(undefined, times);
}

/**
 * Ends a connection to any other server than this one; the client makes a new one. Nothing is ended while it is being made: that
 * would be the end of the client.
 */
export function leaveOthers(client: Redis, { host, port }: { readonly host: string; readonly port: number }): void {
  if (client.status !== 'ready' && client.status !== 'connect') return;
  const { remoteAddress, remotePort } = client.stream;
  if (remotePort !== port || remoteAddress !== host) client.disconnect(true);
}

/** A strategy that gives up would leave every worker of the process without its store for good. */
function wait(chosen: number | void | null | undefined, times: number): number {
  if (typeof chosen === 'number') return chosen;
  return Math.min(SLOWEST_RETRY_MS, 50 * 2 ** Math.min(times - 1, 10)) * (0.75 + Math.random() / 2);
}
