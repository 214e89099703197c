import type { Redis } from 'ioredis';
import { RedisEngine } from '../../../lib/engine/redis/redis.engine.js';
import { QueueKeys } from '../../../lib/engine/redis/redis-keys.js';
import { RedisProxy } from '../../support/redis-proxy.js';
import type { RedisServer } from '../../support/redis-server.js';
import type { ModelHarness, StoreContents } from './model-harness.js';
import { CLOCK, shift } from './shifted-clock.js';

/** Kept for a queue as long as there is one. */
const OF_THE_QUEUE = new Set(['m', 'due', 'c', 'g', 'wf', 'idle', 'tok', 'dg', 'ao', 'aox', 'p', 'tv', 'wk', 'wt']);
const OF_ITS_CARE = new Set(['sweep', 'nh', 'xi', 'audit', CLOCK]);
const OF_A_LINE = /^(w|s|a|d|dx):[a-z]+@\d+(:[0-3s])?$|^(e|gi):[a-z]+$|^gm:[a-z]+~.+$/;
/** Figures of a minute, tombstones of a minute, answers to workers and clients, bells. */
const OF_A_WHILE = /^(mm:\d+|x:\d+|t:[\w-]+:\d+|o:[\w-]+|bell:.+)$/;

/** A story is about what happens, not about how soon on a busy machine. */
const PATIENCE_MS = 60_000;

let harnesses = 0;

/** A store on a real server, whose scripts read a clock that can be moved; the first client can lose replies. */
export async function redisModelHarness(server: RedisServer): Promise<ModelHarness> {
  const proxy = await RedisProxy.start(server.port);
  let toSkip: number | undefined;
  proxy.loses = ([command]) => {
    if (toSkip === undefined || !/^eval/i.test(command) || toSkip-- > 0) return false;
    toSkip = undefined;
    return true;
  };
  const prefix = `model-${process.pid}-${++harnesses}`;
  const shaky = { host: '127.0.0.1', port: proxy.port, retryStrategy: () => 1 };
  const engine = new RedisEngine({ target: shaky, prefix, commandTimeoutMs: PATIENCE_MS });
  const second = new RedisEngine({ target: server.url, prefix, commandTimeoutMs: PATIENCE_MS });
  await engine.open();
  await second.open();
  const client = server.connect();
  let queues: readonly QueueKeys[] = [];
  return {
    engine,
    second,
    begin: async (names) => {
      queues = names.map((name) => new QueueKeys(prefix, name));
      await client.flushall();
    },
    elapse: (ms) => shift(client, queues, ms),
    loseReply: (skip) => void (toSkip = skip),
    inspect: (queue) => contentsOf(client, new QueueKeys(prefix, queue)),
    close: async () => {
      await engine.close();
      await second.close();
      await proxy.stop();
      client.disconnect();
    },
  };
}

async function contentsOf(client: Redis, { tag, pasts }: QueueKeys): Promise<StoreContents> {
  const records: string[] = [];
  const details: { where: string; op: string }[] = [];
  const strangers: string[] = [];
  for (const key of await client.keys(`${tag}*`)) {
    const name = key.slice(tag.length);
    const [kind, rest = ''] = name.split(/:(.*)/s);
    if (kind === 'j') records.push(rest);
    else if (kind === 'b' || kind === 'l' || kind === 'st') details.push({ where: kind, op: rest.split('~')[2] });
    else if (kind === 'e') details.push(...(await membersOf(kind, () => client.zrange(key, '0', '-1'))));
    else if (kind === 'dx') details.push(...(await membersOf(kind, () => client.hkeys(key))));
    else if (!isKnown(name)) strangers.push(name);
  }
  details.push(...(await membersOf('m', () => client.hkeys(pasts))));
  return { records, details, strangers };
}

/** A member is `<slotKey>~<op>~<life>`. */
async function membersOf(where: string, read: () => Promise<string[]>): Promise<{ where: string; op: string }[]> {
  return (await read()).map((member) => ({ where, op: member.split('~')[1] }));
}

function isKnown(name: string): boolean {
  return OF_THE_QUEUE.has(name) || OF_ITS_CARE.has(name) || OF_A_LINE.test(name) || OF_A_WHILE.test(name);
}
