// npm run bench:costs: where the microseconds of a job go, and how they grow. The tables of docs/performance.md.
import { execFile, fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { eventually } from '../../support/eventually.js';
import { startRedisServer } from '../../support/redis-server.js';
import { Delivery } from '../delivery.js';
import { median } from '../median.js';
import { ordersOf, type Order } from '../order.js';
import { Crowd } from './crowd.js';
import { profiled } from './node-profile.js';
import { RedisLedger, type RedisCosts } from './redis-ledger.js';

const root = join(__dirname, '../../..');
const say = (line = ''): void => void process.stdout.write(`${line}\n`);
const JOBS = 30_000;
const ROUNDS = 3;
const AT_ONCE = 10_000;
const PREFIX = 'bench';

interface Case {
  readonly name: string;
  readonly types?: number;
  /** Jobs that wait behind those that are counted. */
  readonly backlog?: number;
  /** Characters of the longest field. */
  readonly note?: number;
  readonly slots?: number;
}

interface Costs {
  readonly enqueue: RedisCosts;
  readonly process: RedisCosts;
  readonly rates: { readonly enqueue: number; readonly process: number };
  readonly node: { readonly enqueue: ReadonlyMap<string, number>; readonly process: ReadonlyMap<string, number> };
}

const CASES: readonly Case[] = [
  { name: 'one type, 270 bytes, nothing else waits, 100 slots' },
  { name: '10 slots', slots: 10 },
  { name: '1 slot', slots: 1 },
  { name: '10 types', types: 10 },
  { name: '100 types', types: 100 },
  { name: '100,000 more wait', backlog: 100_000 },
  { name: '1,000,000 more wait', backlog: 1_000_000 },
  { name: '2 KB', note: 1_800 },
  { name: '14 KB', note: 13_800 },
];

async function costs(): Promise<void> {
  await promisify(execFile)(process.execPath, [join(root, 'tools/build.mjs')]);
  const server = await startRedisServer();
  const ledger = new RedisLedger({ url: server.url, own: true });
  try {
    const [{ model } = { model: 'unknown' }] = cpus();
    say(`Node ${process.version}, ${cpus().length} × ${model.trim()}, ${JOBS.toLocaleString('en-US')} jobs a round`);
    const usual = await measure(CASES[0], server.url, ledger);
    tellNode(usual);
    tellRedis(usual);
    say(
      '\n| | enqueue, jobs/s | process, jobs/s | Redis, µs to enqueue | Redis, µs to process |\n| --- | --- | --- | --- | --- |',
    );
    tellGrowth(CASES[0].name, usual);
    for (const each of CASES.slice(1)) tellGrowth(each.name, await measure(each, server.url, ledger));
    say('\n| worker processes | process, jobs/s | Redis, µs to process |\n| --- | --- | --- |');
    for (const workers of [1, 2, 4]) await tellProcesses(workers, server.url, ledger);
  } finally {
    ledger.close();
    await server.stop();
  }
}

/** The medians of several rounds, after one that warms up. */
async function measure(of: Case, url: string, ledger: RedisLedger): Promise<Costs> {
  const jobs = of.slots === undefined ? JOBS : JOBS / 5;
  const rounds: Costs[] = [];
  for (let round = 0; round <= ROUNDS; round++) {
    const measured = await oneRound(of, jobs, url, ledger);
    if (round > 0) rounds.push(measured);
  }
  const rates = {
    enqueue: median(rounds.map((r) => r.rates.enqueue)),
    process: median(rounds.map((r) => r.rates.process)),
  };
  // Whole rounds, so that parts add up: the one in the middle by what it cost Redis.
  const middle = [...rounds].sort((a, b) => a.process.cpu - b.process.cpu)[Math.floor(ROUNDS / 2)];
  return { ...middle, rates };
}

async function oneRound(
  { types = 1, backlog = 0, note, slots = 100 }: Case,
  jobs: number,
  url: string,
  ledger: RedisLedger,
): Promise<Costs> {
  const delivery = new Delivery(jobs + backlog);
  const crowd = await Crowd.open({ url, prefix: PREFIX, concurrency: slots, handle: delivery.handle }, types);
  const orders = ordersOf(0, jobs).map((order) => longer(order, note));
  const rates = { enqueue: 0, process: 0 };
  const timed = async (what: 'enqueue' | 'process', work: () => Promise<unknown>): Promise<void> => {
    globalThis.gc?.();
    const began = performance.now();
    await work();
    rates[what] = (jobs * 1_000) / (performance.now() - began);
  };
  const node = {
    enqueue: new Map<string, number>() as ReadonlyMap<string, number>,
    process: new Map<string, number>() as ReadonlyMap<string, number>,
  };
  const enqueue = await ledger.of(() =>
    timed('enqueue', async () => (node.enqueue = perJob(await profiled(() => crowd.enqueue(orders)), jobs))),
  );
  // Bit by bit: orders that are kept would cost the worker's garbage collector more than the backlog costs Redis.
  for (let n = 0; n < backlog; n += AT_ONCE) {
    await crowd.enqueue(ordersOf(jobs + n, jobs + Math.min(n + AT_ONCE, backlog)));
  }
  const worked = await ledger.of(() =>
    timed(
      'process',
      async () =>
        (node.process = perJob(await profiled(() => Promise.all([delivery.until(jobs), crowd.start()])), jobs)),
    ),
  );
  await crowd.stop();
  await crowd.close();
  await ledger.clear(PREFIX);
  return { enqueue: each(enqueue, jobs), process: each(worked, jobs), rates, node };
}

function longer(order: Order, note: number | undefined): Order {
  return note === undefined ? order : { ...order, note: 'x'.repeat(note) };
}

function perJob(spent: ReadonlyMap<string, number>, jobs: number): ReadonlyMap<string, number> {
  return new Map([...spent].map(([place, micros]) => [place, micros / jobs]));
}

function each({ cpu, scripts, commands }: RedisCosts, jobs: number): RedisCosts {
  return { cpu: cpu / jobs, scripts: scripts / jobs, commands: perJob(commands, jobs) };
}

function tellNode({ node }: Costs): void {
  say('\n| Node, µs per job | enqueue (1,000 a call) | process, 100 slots |\n| --- | --- | --- |');
  for (const place of node.enqueue.keys())
    say(`| ${place} | ${figure(node.enqueue.get(place))} | ${figure(node.process.get(place))} |`);
  say(`| **together** | **${figure(sum(node.enqueue))}** | **${figure(sum(node.process))}** |`);
}

function tellRedis({ enqueue, process: work }: Costs): void {
  say('\n| Redis, µs per job | enqueue | process |\n| --- | --- | --- |');
  const names = new Set([...enqueue.commands.keys(), ...work.commands.keys()]);
  const shown = [...names].filter((name) => (enqueue.commands.get(name) ?? 0) + (work.commands.get(name) ?? 0) >= 0.05);
  const rest = (costs: RedisCosts): number =>
    sum(costs.commands) - shown.reduce((all, name) => all + (costs.commands.get(name) ?? 0), 0);
  for (const name of shown)
    say(`| \`${name.toUpperCase()}\` | ${figure(enqueue.commands.get(name))} | ${figure(work.commands.get(name))} |`);
  say(`| other commands | ${figure(rest(enqueue))} | ${figure(rest(work))} |`);
  say(
    `| Lua itself: texts, tables, calls | ${figure(enqueue.scripts - sum(enqueue.commands))} | ${figure(work.scripts - sum(work.commands))} |`,
  );
  say(
    `| around scripts: parse, reply, socket | ${figure(enqueue.cpu - enqueue.scripts)} | ${figure(work.cpu - work.scripts)} |`,
  );
  say(`| **together** | **${figure(enqueue.cpu)}** | **${figure(work.cpu)}** |`);
}

function tellGrowth(name: string, { rates, enqueue, process: work }: Costs): void {
  say(`| ${name} | ${count(rates.enqueue)} | ${count(rates.process)} | ${figure(enqueue.cpu)} | ${figure(work.cpu)} |`);
}

async function tellProcesses(workers: number, url: string, ledger: RedisLedger): Promise<void> {
  const producer = await Crowd.open({ url, prefix: PREFIX, concurrency: 1, handle: () => undefined }, 1);
  const jobs = 2 * JOBS;
  await producer.enqueue(ordersOf(0, jobs));
  const children = await Promise.all(Array.from({ length: workers }, () => startWorker(url)));
  let seconds = 0;
  const { cpu } = await ledger.of(async () => {
    const began = performance.now();
    for (const child of children) child.send('go');
    await eventually(async () => (await producer.left()) === 0, { timeout: 120_000, interval: 10 });
    seconds = (performance.now() - began) / 1_000;
  });
  for (const child of children) {
    const exited = once(child, 'exit');
    child.disconnect();
    await exited;
  }
  await producer.close();
  await ledger.clear(PREFIX);
  say(`| ${workers} | ${count(jobs / seconds)} | ${figure(cpu / jobs)} |`);
}

async function startWorker(url: string): Promise<ChildProcess> {
  const setup = JSON.stringify({ url, prefix: PREFIX, concurrency: 100 });
  const child = fork(join(__dirname, 'worker.process.ts'), [setup], {
    execArgv: ['-r', join(root, 'test/support/register-typescript.cjs')],
  });
  await once(child, 'message');
  return child;
}

const sum = (spent: ReadonlyMap<string, number>): number =>
  [...spent.values()].reduce((all, micros) => all + micros, 0);
const figure = (micros = 0): string => micros.toFixed(2);
const count = (rate: number): string => Math.round(rate).toLocaleString('en-US');

costs().catch((error: unknown) => {
  process.exitCode = 1;
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
});
