import type { Redis } from 'ioredis';
import type { RedisClusterTarget } from '../../lib/engine/redis/connection/redis-target.js';
import { eventually } from './eventually.js';
import { startRedisServer, type RedisServer } from './redis-server.js';

const LAST_SLOT = 16_383;
/** Of a slot that moves: so that it takes many steps. */
const KEYS_AT_ONCE = 5;

/** Masters that share the slots of a Cluster, each a server of its own on 127.0.0.1. */
export class RedisCluster {
  private readonly replicas: RedisServer[] = [];
  private readonly killed = new Set<RedisServer>();
  private readonly admins = new Map<RedisServer, Redis>();
  private prefixes = 0;

  private constructor(
    /** The masters of the start. */
    readonly nodes: readonly RedisServer[],
    private readonly args: readonly string[],
  ) {}

  static async start(size: number, ...args: string[]): Promise<RedisCluster> {
    const own = ['--cluster-enabled', 'yes', '--cluster-announce-ip', '127.0.0.1', ...args];
    const cluster = new RedisCluster(await Promise.all(Array.from({ length: size }, () => startNode(own))), own);
    await cluster.join();
    return cluster;
  }

  get target(): RedisClusterTarget {
    return { nodes: this.nodes.map(({ port }) => ({ host: '127.0.0.1', port })) };
  }

  /** For looking into one node. */
  admin(node: RedisServer): Redis {
    let admin = this.admins.get(node);
    if (!admin) {
      this.admins.set(node, (admin = node.connect()));
      // A node that a test ends is no news.
      admin.on('error', () => undefined);
    }
    return admin;
  }

  slotOf(key: string): Promise<number> {
    return this.witness.cluster('KEYSLOT', key);
  }

  async ownerOf(slot: number): Promise<RedisServer> {
    const ranges = (await this.witness.cluster('SLOTS')) as unknown[][];
    const range = ranges.find(([first, last]) => Number(first) <= slot && slot <= Number(last));
    const [, port] = (range?.[2] ?? []) as [string, number];
    const owner = this.servers.find((server) => server.port === port);
    if (!owner) throw new Error(`nobody has slot ${slot}`);
    return owner;
  }

  /** Under which all of these queues live on one node, that of the first slot; another one each time. */
  async prefixTogether(queues: readonly string[]): Promise<string> {
    const node = await this.ownerOf(0);
    for (;;) {
      const prefix = `together-${++this.prefixes}`;
      const slots = await Promise.all(queues.map((queue) => this.slotOf(`{${prefix}:${queue}}:`)));
      const owners = await Promise.all(slots.map((slot) => this.ownerOf(slot)));
      if (owners.every((owner) => owner === node)) return prefix;
    }
  }

  /** A replica of `master` that is ready to take over: one that it has, or a new one. */
  async replicaOf(master: RedisServer): Promise<RedisServer> {
    for (const server of this.servers) {
      if (!this.killed.has(server) && (await this.isLinked(server, master))) return server;
    }
    const replica = await startNode([...this.args, '--repl-diskless-sync-delay', '0']);
    this.replicas.push(replica);
    const id = await this.admin(master).cluster('MYID');
    await this.admin(replica).cluster('MEET', '127.0.0.1', master.port);
    await eventually(() => this.admin(replica).cluster('REPLICATE', id), { timeout: 20_000, interval: 50 });
    await this.linked(replica, master);
    return replica;
  }

  /** Until `replica` follows `master`, as all know. */
  async linked(replica: RedisServer, master: RedisServer): Promise<void> {
    await eventually(
      async () => {
        expect(await this.isLinked(replica, master)).toBe(true);
        expect(await this.witness.cluster('NODES')).toMatch(new RegExp(`:${replica.port}@\\d+ slave `));
      },
      { timeout: 20_000, interval: 50, message: 'the replica is linked' },
    );
  }

  /** Until `replica` has all that `master` has acknowledged so far. */
  async replicated(master: RedisServer, replica: RedisServer): Promise<void> {
    const offset = async (node: RedisServer): Promise<number> =>
      Number(/^(?:master|slave)_repl_offset:(\d+)/m.exec(await this.admin(node).info('replication'))?.[1]);
    const all = await offset(master);
    await eventually(async () => expect(await offset(replica)).toBeGreaterThanOrEqual(all));
  }

  /** Until the replica is the master, as others see it. */
  async switchedTo(replica: RedisServer): Promise<void> {
    await eventually(
      async () => expect(await this.witness.cluster('NODES')).toMatch(new RegExp(`:${replica.port}@\\d+ master `)),
      { timeout: 20_000, interval: 20, message: 'the replica has taken over' },
    );
  }

  kill(node: RedisServer): void {
    this.killed.add(node);
    process.kill(node.pid, 'SIGKILL');
  }

  /** Moves a slot with all its keys, as `redis-cli --cluster reshard` does; `pause` is when some keys have gone, and when all have. */
  async moveSlot(
    slot: number,
    from: RedisServer,
    to: RedisServer,
    pause: (isEmpty: boolean) => Promise<unknown>,
  ): Promise<void> {
    const [source, destination] = [this.admin(from), this.admin(to)];
    const [sourceId, destinationId] = await Promise.all([source.cluster('MYID'), destination.cluster('MYID')]);
    await destination.call('CLUSTER', 'SETSLOT', slot, 'IMPORTING', sourceId);
    await source.call('CLUSTER', 'SETSLOT', slot, 'MIGRATING', destinationId);
    for (let chunks = 0; ; chunks++) {
      const keys = (await source.call('CLUSTER', 'GETKEYSINSLOT', slot, KEYS_AT_ONCE)) as string[];
      if (chunks === 1 || keys.length === 0) await pause(keys.length === 0);
      if (keys.length === 0) break;
      await source.call('MIGRATE', '127.0.0.1', to.port, '', 0, 5_000, 'KEYS', ...keys);
    }
    for (const node of [to, from, ...this.nodes.filter((each) => each !== to && each !== from)]) {
      await this.admin(node).call('CLUSTER', 'SETSLOT', slot, 'NODE', destinationId);
    }
  }

  /** How often a node turned somebody away with such an error. */
  async errors(node: RedisServer, code: string): Promise<number> {
    const stats = await this.admin(node).info('errorstats');
    return Number(new RegExp(`errorstat_${code}:count=(\\d+)`).exec(stats)?.[1] ?? 0);
  }

  async stop(): Promise<void> {
    await Promise.all(this.servers.map((node) => node.stop()));
  }

  private get servers(): readonly RedisServer[] {
    return [...this.nodes, ...this.replicas];
  }

  /** A node to which nothing happens. */
  private get witness(): Redis {
    return this.admin(this.nodes[this.nodes.length - 1]);
  }

  private async isLinked(replica: RedisServer, master: RedisServer): Promise<boolean> {
    const report = await this.admin(replica).info('replication');
    return report.includes(`master_port:${master.port}\r`) && report.includes('master_link_status:up');
  }

  private async join(): Promise<void> {
    const clients = this.nodes.map((node) => this.admin(node));
    const share = Math.ceil((LAST_SLOT + 1) / clients.length);
    for (const [n, client] of clients.entries()) {
      await client.call('CLUSTER', 'ADDSLOTSRANGE', n * share, Math.min((n + 1) * share - 1, LAST_SLOT));
      await client.cluster('MEET', '127.0.0.1', this.nodes[0].port);
    }
    // Each has to hear of all the others' slots before it takes a command.
    await eventually(
      async () => {
        const reports = await Promise.all(clients.map((client) => client.cluster('INFO')));
        return reports.every((report) => /cluster_state:ok/.test(report));
      },
      { timeout: 20_000, message: 'the Cluster is complete' },
    );
  }
}

/** The nodes talk to each other on a second port, 10,000 above the first, which may be taken or too high. */
async function startNode(args: readonly string[], tries = 10): Promise<RedisServer> {
  try {
    return await startRedisServer({ args });
  } catch (error) {
    if (tries === 0) throw error;
    return startNode(args, tries - 1);
  }
}
