import type { RedisClusterTarget } from '../../lib/engine/redis/connection/redis-target.js';
import { eventually } from './eventually.js';
import { startRedisServer, type RedisServer } from './redis-server.js';

const LAST_SLOT = 16_383;

/** Masters that share the slots of a Cluster, each a server of its own on 127.0.0.1. */
export class RedisCluster {
  private constructor(readonly nodes: readonly RedisServer[]) {}

  static async start(size: number, ...args: string[]): Promise<RedisCluster> {
    const own = ['--cluster-enabled', 'yes', '--cluster-announce-ip', '127.0.0.1', ...args];
    const cluster = new RedisCluster(await Promise.all(Array.from({ length: size }, () => startNode(own))));
    await cluster.join();
    return cluster;
  }

  get target(): RedisClusterTarget {
    return { nodes: this.nodes.map(({ port }) => ({ host: '127.0.0.1', port })) };
  }

  async stop(): Promise<void> {
    await Promise.all(this.nodes.map((node) => node.stop()));
  }

  private async join(): Promise<void> {
    const clients = this.nodes.map((node) => node.connect());
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
