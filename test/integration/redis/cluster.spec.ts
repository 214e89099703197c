import { eventually } from '../../support/eventually.js';
import { RedisCluster } from '../../support/redis-cluster.js';
import { describeWithRedis, type RedisServer } from '../../support/redis-server.js';
import { COMMAND_TIMEOUT_MS, FailoverScene, SLACK_MS } from './failover-scene.js';

const report = (text: string): boolean => process.stdout.write(`${text}\n`);
const QUEUES = ['work', 'calm'];
/** A slot stays between two nodes for so long: less than anybody waits, more than ioredis would. */
const BETWEEN_MS = 1_200;

describeWithRedis('on a Cluster', () => {
  let cluster: RedisCluster;
  let scene: FailoverScene;
  let owner: RedisServer;
  let held: string;
  beforeAll(async () => {
    cluster = await RedisCluster.start(3, '--cluster-node-timeout', '1000');
  });
  afterAll(() => cluster.stop());
  beforeEach(async () => {
    scene = await FailoverScene.on(cluster.target, await cluster.prefixTogether(QUEUES));
    owner = await cluster.ownerOf(await cluster.slotOf(`{${scene.prefix}:work}:`));
    await scene.work();
    held = await scene.hold();
  });
  afterEach(() => scene.close());

  async function worksUnharmed(what: string): Promise<void> {
    await scene.stopProducing();
    await scene.worksOff();
    const heard = await scene.hearsAgain(held);
    report(`Cluster, ${what}: ${scene.summary}; afterwards ${heard}`);
  }

  it('queues move to another node while they are worked on: each call waits, none fails, nothing is lost', async () => {
    const [, to] = cluster.nodes;
    scene.produce();
    await scene.accepted(200);
    for (const queue of QUEUES) {
      const began = performance.now();
      const slot = await cluster.slotOf(`{${scene.prefix}:${queue}}:`);
      await cluster.moveSlot(slot, owner, to, (isEmpty) =>
        eventually(() => performance.now() - began > (isEmpty ? BETWEEN_MS : BETWEEN_MS / 2)),
      );
    }
    await scene.accepted(200);
    await worksUnharmed('two slots moved');
    expect(await cluster.errors(owner, 'TRYAGAIN')).toBeGreaterThan(0);
    expect(await cluster.errors(owner, 'ASK')).toBeGreaterThan(0);
    expect(await cluster.errors(to, 'TRYAGAIN')).toBeGreaterThan(0);
    expect({ refused: scene.refused, outages: scene.outages }).toEqual({ refused: [], outages: [] });
    expect(scene.missing()).toEqual([]);
    expect([...scene.begun.values()].filter((times) => times > 1)).toEqual([]);
  });

  describe('a master', () => {
    let replica: RedisServer;
    let safe: string[];
    /** Under load; what was accepted up to here is on the replica, too. */
    beforeEach(async () => {
      replica = await cluster.replicaOf(owner);
      scene.produce();
      await scene.accepted(200);
      safe = [...scene.acknowledged.keys()];
      await cluster.replicated(owner, replica);
    });

    async function livesOn(what: string): Promise<void> {
      await cluster.switchedTo(replica);
      await scene.accepted(200);
      await worksUnharmed(what);
      expect(scene.missing(safe)).toEqual([]);
      const { over } = scene.outage;
      expect(scene.missing([...scene.acknowledged].flatMap(([id, at]) => (at >= over ? [id] : [])))).toEqual([]);
      for (const { code, ms } of scene.refused) {
        expect(['ENGINE_TIMEOUT', 'ENGINE_UNAVAILABLE']).toContain(code);
        expect(ms).toBeLessThan(COMMAND_TIMEOUT_MS + SLACK_MS);
      }
    }

    it('that hands over on demand costs nothing, and nobody notices', async () => {
      await cluster.admin(replica).cluster('FAILOVER');
      await livesOn('master hands over');
      expect({ refused: scene.refused, outages: scene.outages }).toEqual({ refused: [], outages: [] });
      expect(scene.missing()).toEqual([]);
      await cluster.linked(owner, replica);
    });

    it('that freezes costs nothing that its replica had; work goes on by itself, also when it is back', async () => {
      process.kill(owner.pid, 'SIGSTOP');
      await livesOn('master frozen');
      process.kill(owner.pid, 'SIGCONT');
      await cluster.linked(owner, replica);
      scene.produce();
      await scene.accepted(100);
      await scene.stopProducing();
      await scene.worksOff();
      expect(scene.missing(safe)).toEqual([]);
    });

    it('that is killed costs nothing that its replica had; work goes on by itself', async () => {
      cluster.kill(owner);
      await livesOn('master killed');
    });
  });
});
