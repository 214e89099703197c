import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { join } from 'node:path';
import { built } from '../../architecture/support/project.js';
import { FIGURES } from '../../bench/ratios.js';
import { eventually } from '../../support/eventually.js';
import { describeWithRedis } from '../../support/redis-server.js';

const root = join(__dirname, '../../..');
const TINY = ['--jobs', '500', '--pickups', '20', '--deep', '2000', '--shallow', '500', '--rounds', '1'];

const started: ChildProcess[] = [];

function startBench(args: readonly string[]) {
  const command = ['-r', './test/support/register-typescript.cjs', 'test/bench/bench.ts', ...args];
  const child = spawn(process.execPath, command, { cwd: root, env: { ...process.env, REDIS_URL: '' } });
  started.push(child);
  const said = { output: '', errors: '' };
  child.stdout.on('data', (chunk: Buffer) => (said.output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (said.errors += chunk.toString()));
  const ended = once(child, 'close').then(([status]) => status as number | null);
  return { child, said, ended };
}

describeWithRedis('npm run bench', (redis) => {
  beforeAll(() => built(), 120_000);
  // It ends its own processes and its server; what has ended takes no notice.
  afterEach(() => started.splice(0).forEach((child) => child.kill('SIGTERM')));

  it('ends with the ratios, after an exact delivery on a server of its own', async () => {
    const { said, ended } = startBench(TINY);
    expect({ status: await ended, errors: said.errors }).toMatchObject({ status: 0 });
    const ratios = JSON.parse(said.output.trimEnd().split('\n').at(-1) ?? '') as Record<string, number>;
    expect(Object.keys(ratios)).toEqual([...FIGURES]);
    for (const ratio of Object.values(ratios)) expect(ratio).toBeGreaterThan(0);
    // One round handles 500 + 500 + 125 jobs, the 2,000 + 2,000 + 500 that run up to them and 40 pickups; ours works at the backlog, too.
    const [, ours, theirs] = /Delivery was exact: .*\(nestjs-vigil ([\d,]+), BullMQ ([\d,]+)\)/.exec(said.output) ?? [];
    expect(theirs).toBe('5,665');
    expect(Number(ours?.replace(/,/g, ''))).toBeGreaterThanOrEqual(5_665 + 2_000);
  }, 240_000);

  it('leaves a server that others use as it found it, even when it is interrupted', async () => {
    const client = redis().connect();
    await client.set('theirs', 'kept');
    const url = redis().url.replace('//', '//:secret@');
    const { child, said, ended } = startBench([...TINY, '--deep', '50000', '--redis', url]);
    await eventually(() => said.errors.includes('backlog'), { timeout: 60_000, message: 'the backlog is piled up' });
    await eventually(async () => (await client.dbsize()) > 1_000, {
      timeout: 30_000,
      message: 'jobs are in the store',
    });
    child.kill('SIGINT');
    expect(await ended).toBe(130);
    expect(said.output + said.errors).not.toContain('secret');
    expect(said.output).toMatch(/VigilModule\.forRoot\(.*"concurrency":100/);
    expect(said.output).toContain('"defaultJobOptions":{"removeOnComplete":true}');
    expect(await client.keys('*')).toEqual(['theirs']);
  }, 240_000);

  it('ends its own server when it is interrupted', async () => {
    const { child, said, ended } = startBench(TINY);
    await eventually(() => said.errors.includes('warming up'), { timeout: 60_000, message: 'the bench has begun' });
    child.kill('SIGTERM');
    expect(await ended).toBe(143);
    const [, port] = /"redis:\/\/127\.0\.0\.1:(\d+)"/.exec(said.output) ?? [];
    const socket = connect(Number(port), '127.0.0.1');
    await expect(once(socket, 'connect')).rejects.toThrow('ECONNREFUSED');
    expect(said.errors).not.toContain('rror');
  }, 240_000);
});
