import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { ExecutionContext } from '@nestjs/common';
import { eventually } from '../support/eventually.js';
import { describeWithRedis, type RedisServer } from '../support/redis-server.js';

const root = join(__dirname, '../..');
const main = join(root, 'sample-app/dist/main.js');

interface Demo {
  readonly child: ChildProcess;
  /** What it has printed so far, errors included. */
  output(): string;
  /** Resolves with its exit status when it has ended. */
  readonly ended: Promise<number | null>;
}

const started: ChildProcess[] = [];

function startDemo(args: readonly string[], env: NodeJS.ProcessEnv = {}): Demo {
  const child = spawn(process.execPath, [main, ...args], {
    env: { ...process.env, REDIS_URL: '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  started.push(child);
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const ended = once(child, 'close').then(([status]) => status as number | null);
  return { child, output: () => output, ended };
}

async function runDemo(
  args: readonly string[],
  env?: NodeJS.ProcessEnv,
): Promise<{ status: number | null; output: string; seconds: number }> {
  const startedAt = Date.now();
  const demo = startDemo(args, env);
  const status = await demo.ended;
  return { status, output: demo.output(), seconds: (Date.now() - startedAt) / 1_000 };
}

/** The figures of one row of the report's table: accepted, completed, retried, buried, not done. */
function row(output: string, job: string): number[] {
  const line = output.split('\n').find((text) => text.trimStart().startsWith(`${job} `));
  if (!line) throw new Error(`no row for ${job} in\n${output}`);
  return line.trim().split(/\s+/).slice(1).map(Number);
}

function expectTheWholeStory(output: string): void {
  expect(row(output, 'BillingService.charge')).toEqual([300, 300, expect.any(Number), 0, 0]);
  expect(row(output, 'ReceiptsService.send')).toEqual([300, 299, expect.any(Number), 1, 0]);
  expect(row(output, 'PartnersService.notify')).toEqual([300, 296, expect.any(Number), 4, 0]);
  expect(output).toMatch(/^ {2}\d\d:\d\d:\d\d {2}\S+ +skipped +overlap$/m);
  expect(output).toMatch(/yes {2}no slot was decided twice \(\d+ were run, \d+ skipped\)/);
  // A slow machine may add timeouts to what the schedule has.
  expect(row(output, 'BillingService.charge')[2]).toBeGreaterThanOrEqual(27);
  expect(output).toContain('15 orders were sent twice: 15 answered `duplicate`, 3 of them with payloadChanged');
  expect(output).toMatch(/^cause: 4 × \w+: .*<n>/m);
  expect(output).toContain('dry run: 4 dead letters match');
  expect(output).toMatch(/^plan canary: 1 replayed/m);
  expect(output).toContain('4 charges were buried by a 400; 4 replayed, 3 completed, 1 died again; plan completed');
  expect(output).toMatch(/^ {4}0 {2}enqueued; buried for .*card_expired/m);
  expect(output).toMatch(/^ {4}1 {2}replayed because .*; buried for .*card_closed/m);
  expect(output).toMatch(/^ {4}2 {2}replayed with .*cardToken.*; completed$/m);
  expect(output).toContain('yes  all 4 of them are charged in the end, 1 with a corrected payload');
  expect(output.match(/^ {2}non_retryable +1 {2}receipts~/gm)).toHaveLength(1);
  expect(output.match(/^ {2}exhausted +4 {2}partners~/gm)).toHaveLength(3);
  expect(output.match(/^ {2}timeout +4 {2}partners~/gm)).toHaveLength(1);
  expect(output).toMatch(/deadLetters\.replay\('\w+~/);
  expect(output).toContain('yes  no order was charged twice (300 charges in the books, for 300 orders)');
  expect(output).not.toMatch(/^ {2}NO /m);
  expect(output).toMatch(/job retry: id=\S+ name=BillingService\.charge failure=1\/5/);
}

async function interrupt(args: readonly string[]): Promise<string> {
  const demo = startDemo(args);
  // Some have ended, and more is coming.
  await eventually(() => /progress: [1-9]\d* of/.test(demo.output()), { timeout: 20_000 });
  demo.child.kill('SIGINT');
  expect(await demo.ended).toBe(0);
  return demo.output();
}

function expectToHaveDrained(output: string): void {
  expect(output).toContain('Stopping: finishing what is running');
  const [accepted, completed, , buried, notDone] = row(output, 'BillingService.charge');
  expect(completed).toBeGreaterThan(0);
  expect(notDone).toBeGreaterThan(0);
  expect(accepted).toBe(completed + buried + notDone);
  expect(output).toContain('yes  no order was charged twice');
  expect(output).not.toMatch(/^ {2}NO /m);
}

/** Whether there is something to see on each page of the dashboard, and more as one looks. */
async function expectToBeLively(output: string): Promise<void> {
  const [, address] = /The dashboard: (http:\S+)/.exec(output)!;
  const page = await fetch(address);
  expect([page.status, await page.text()]).toEqual([200, expect.stringContaining('<title>Vigil</title>')]);
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- JSON, into which tests look
  const get = async (path: string): Promise<any> => (await fetch(`${address}/api/${path}`)).json();
  const before = await get('overview');
  await eventually(
    async () => {
      const now = await get('overview');
      expect(now.today.processed).toBeGreaterThan(before.today.processed + 20);
      expect(now.today.failed).toBeGreaterThan(before.today.failed);
      expect(now.depth.dead).toBeGreaterThan(before.depth.dead);
      expect(now.alerts.firing).toBeGreaterThan(0);
      const { items: types } = await get('metrics/types?window=hour');
      expect(types.filter(({ completed }: { completed: number }) => completed > 0).length).toBeGreaterThan(3);
      const { items: causes } = await get('dead-letter-groups');
      expect(causes.length).toBeGreaterThan(2);
      const { items: slots } = await get('cron/reconcile/history');
      const outcomes = slots.map(({ outcome }: { outcome?: string }) => outcome);
      expect(outcomes).toEqual(expect.arrayContaining(['completed', 'skipped']));
    },
    { timeout: 45_000, interval: 500 },
  );
}

beforeAll(() => {
  const built = spawnSync(process.execPath, ['tools/build.mjs', 'sample-app'], { cwd: root, encoding: 'utf8' });
  if (built.status !== 0) throw new Error(`the sample does not build\n${built.stdout}${built.stderr}`);
}, 180_000);

afterAll(() => {
  for (const child of started) child.kill('SIGKILL');
});

describe('the demo in memory', () => {
  it('ends by itself within 60 s, with status 0, every job accounted for and no order charged twice', async () => {
    const { status, output, seconds } = await runDemo([]);
    expect(output).toContain('jobs in memory');
    expectTheWholeStory(output);
    expect(status).toBe(0);
    expect(seconds).toBeLessThan(60);
  }, 70_000);

  it('finishes what is running on Ctrl-C, and reports', async () => {
    expectToHaveDrained(await interrupt([]));
  }, 60_000);

  it('keeps running with --serve, and takes orders over HTTP', async () => {
    const demo = startDemo(['--serve']);
    await eventually(() => demo.output().includes('Still open'), { timeout: 60_000 });
    const [, json, url] = /-d '(.+)' (http:\S+)/.exec(demo.output())!;
    const post = async (body: string): Promise<{ status: number; answer: unknown }> => {
      const response = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
      return { status: response.status, answer: await response.json() };
    };
    expect(await post(json)).toEqual({ status: 202, answer: expect.objectContaining({ status: 'created' }) });
    expect(await post(json)).toEqual({ status: 202, answer: expect.objectContaining({ status: 'duplicate' }) });
    expect((await post('{}')).status).toBe(400);
    await expectToBeLively(demo.output());
    demo.child.kill('SIGINT');
    expect(await demo.ended).toBe(0);
  }, 120_000);

  it('lets nobody into its dashboard who comes by another name', async () => {
    const { LoopbackGuard } = await import('../../sample-app/src/desk/loopback.guard.js');
    const isLetIn = (remoteAddress: string, host: string): boolean => {
      const request = { headers: { host }, socket: { remoteAddress } };
      return new LoopbackGuard().canActivate({
        switchToHttp: () => ({ getRequest: () => request }),
      } as unknown as ExecutionContext);
    };
    expect(isLetIn('127.0.0.1', 'localhost:3000')).toBe(true);
    expect(isLetIn('::1', '[::1]:3000')).toBe(true);
    expect(isLetIn('127.0.0.1', 'shop.example:3000')).toBe(false);
    expect(isLetIn('192.0.2.7', '127.0.0.1:3000')).toBe(false);
  });
});

describe('the demo refuses', () => {
  it.each([
    [['--processes', '3'], 'Add --redis URL'],
    [['--processes', 'many', '--redis', 'redis://127.0.0.1:1'], 'whole number from 1 to 16'],
    [['--redis', '127.0.0.1'], 'redis://host:port'],
    [['--fast'], "'--fast'"],
    [['orders.json'], "'orders.json'"],
  ])('%j', async (args, cure) => {
    const { status, output } = await runDemo(args);
    expect(output).toContain(cure);
    expect(output).toContain('--help');
    expect(status).toBe(2);
  });

  it('a Redis that is not there, in one line', async () => {
    const { status, output } = await runDemo(['--redis', 'redis://127.0.0.1:1']);
    expect(output).toContain('127.0.0.1:1');
    expect(status).toBe(1);
  }, 30_000);

  it('nothing with --help', async () => {
    const { status, output } = await runDemo(['--help']);
    expect(output).toContain('npm run demo -- --redis');
    expect(status).toBe(0);
  });
});

describeWithRedis('the demo on Redis', (redis: () => RedisServer) => {
  it('does the same with three worker processes, and leaves nothing behind', async () => {
    const { status, output, seconds } = await runDemo(['--redis', redis().url, '--processes', '3']);
    expect(output).toContain('3 worker processes');
    expect(output).not.toContain('nobody listens for SIGTERM');
    expectTheWholeStory(output);
    // Each of the three had its share.
    const retriedBy = new Set([...output.matchAll(/^\[shop\] (\d+) .*job retry:/gm)].map(([, pid]) => pid));
    expect(retriedBy.size).toBe(3);
    expect(status).toBe(0);
    expect(seconds).toBeLessThan(60);
    expect(await redis().connect().dbsize()).toBe(0);
  }, 70_000);

  it('does the same in one process, told by REDIS_URL', async () => {
    const { status, output } = await runDemo([], { REDIS_URL: redis().url });
    expectTheWholeStory(output);
    expect(status).toBe(0);
    expect(await redis().connect().dbsize()).toBe(0);
  }, 70_000);

  it('keeps running with --serve', async () => {
    const demo = startDemo(['--serve'], { REDIS_URL: redis().url });
    await eventually(() => demo.output().includes('Still open'), { timeout: 60_000 });
    expectTheWholeStory(demo.output());
    await expectToBeLively(demo.output());
    demo.child.kill('SIGINT');
    expect(await demo.ended).toBe(0);
    expect(demo.output()).toContain('The jobs are still on Redis');
    await redis().connect().flushall();
  }, 120_000);

  it('drains its worker processes on Ctrl-C', async () => {
    expectToHaveDrained(await interrupt(['--redis', redis().url, '--processes', '2']));
    expect(await redis().connect().dbsize()).toBe(0);
  }, 60_000);
});
