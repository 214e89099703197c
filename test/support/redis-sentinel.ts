import type { Redis, RedisOptions } from 'ioredis';
import { eventually } from './eventually.js';
import { startRedisServer, type RedisServer } from './redis-server.js';

const NAME = 'vigil';
const SENTINELS = 3;
const QUORUM = 2;
/** A master that is silent for so long is taken for down. */
const DOWN_AFTER_MS = 500;
/** A replica that is lost costs nothing: unless a test says otherwise, a master takes writes alone. */
const DATA = ['--min-replicas-to-write', '0', '--repl-diskless-sync-delay', '0'];

/** A master, its replica, and three Sentinels that let the replica take over, each a process of its own on 127.0.0.1. */
export class RedisSentinel {
  private constructor(
    /** At the start the master and its replica, in this order. */
    readonly servers: readonly [RedisServer, RedisServer],
    readonly sentinels: readonly RedisServer[],
  ) {}

  /** @param args for the master and the replica */
  static async start(...args: string[]): Promise<RedisSentinel> {
    const master = await startRedisServer({ args: [...DATA, ...args] });
    const replicaOf = ['--replicaof', `127.0.0.1 ${master.port}`];
    const replica = await startRedisServer({ args: [...DATA, ...replicaOf, ...args] });
    await linked(replica);
    const lines = [
      `sentinel monitor ${NAME} 127.0.0.1 ${master.port} ${QUORUM}`,
      `sentinel down-after-milliseconds ${NAME} ${DOWN_AFTER_MS}`,
      `sentinel failover-timeout ${NAME} 5000`,
      'sentinel announce-ip 127.0.0.1',
    ];
    const sentinels = Array.from({ length: SENTINELS }, () => startRedisServer({ sentinel: lines }));
    const group = new RedisSentinel([master, replica], await Promise.all(sentinels));
    await group.acquainted();
    return group;
  }

  get target(): RedisOptions {
    return { name: NAME, sentinels: this.sentinels.map(({ port }) => ({ host: '127.0.0.1', port })) };
  }

  /** Whom the Sentinels name, and who agrees. */
  async master(): Promise<RedisServer> {
    const ports = await Promise.all(this.sentinels.map((sentinel) => masterPort(sentinel)));
    const named = this.servers.find(({ port }) => ports.every((each) => each === port));
    if (!named) throw new Error(`the Sentinels name ${ports.join(', ')}`);
    if (!(await ask(named, (client) => client.info('replication'))).includes('role:master'))
      throw new Error(`${named.port} does not know that it is the master`);
    return named;
  }

  /** Until `replica` has all that `master` has acknowledged so far. */
  async replicated(master: RedisServer, replica: RedisServer): Promise<void> {
    const offset = await ask(master, async (client) =>
      offsetOf(await client.info('replication'), 'master_repl_offset'),
    );
    await eventually(async () => {
      const report = await ask(replica, (client) => client.info('replication'));
      expect(offsetOf(report, 'slave_repl_offset')).toBeGreaterThanOrEqual(offset);
    });
  }

  /** Has the Sentinels put the replica in the master's place, which is well. */
  async replace(): Promise<void> {
    await ask(this.sentinels[0], (client) => client.call('SENTINEL', 'FAILOVER', NAME));
  }

  async stop(): Promise<void> {
    await Promise.all([...this.sentinels, ...this.servers].map((server) => server.stop()));
  }

  /** Only Sentinels that know each other and the replica can agree on a new master. */
  private async acquainted(): Promise<void> {
    await eventually(
      async () => {
        for (const sentinel of this.sentinels) {
          const [reply, quorum] = await ask(sentinel, (client) =>
            Promise.all([client.call('SENTINEL', 'MASTER', NAME), client.call('SENTINEL', 'CKQUORUM', NAME)]),
          );
          const flat = Array.isArray(reply) ? (reply as string[]) : Object.entries(reply as object).flat();
          const field = (name: string): unknown => flat[flat.indexOf(name) + 1];
          expect([field('num-slaves'), field('num-other-sentinels')].map(Number)).toEqual([1, SENTINELS - 1]);
          expect(quorum).toMatch(/^OK/);
        }
      },
      { timeout: 20_000, message: 'the Sentinels know each other and the replica' },
    );
  }
}

async function masterPort(sentinel: RedisServer): Promise<number> {
  const [, port] = (await ask(sentinel, (client) =>
    client.call('SENTINEL', 'GET-MASTER-ADDR-BY-NAME', NAME),
  )) as string[];
  return Number(port);
}

async function linked(replica: RedisServer): Promise<void> {
  await eventually(async () =>
    expect(await ask(replica, (c) => c.info('replication'))).toMatch(/master_link_status:up/),
  );
}

function offsetOf(report: string, name: string): number {
  return Number(new RegExp(`^${name}:(\\d+)`, 'm').exec(report)?.[1] ?? NaN);
}

/** On a connection of its own, so that a server that is down is told at once. */
async function ask<T>(server: RedisServer, question: (client: Redis) => Promise<T>): Promise<T> {
  const client = server.connect({ retryStrategy: () => null, commandTimeout: 1_000, lazyConnect: true });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return await question(client);
  } finally {
    client.disconnect();
  }
}
