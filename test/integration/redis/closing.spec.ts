import { fork } from 'node:child_process';
import { join } from 'node:path';
import { RedisProxy } from '../../support/redis-proxy.js';
import { describeWithRedis } from '../../support/redis-server.js';
import type { ClosingReport, ClosingSetup, Wait } from './closing.fixture.js';

const REGISTER = join(__dirname, '../../support/register-typescript.cjs');
const FIXTURE = join(__dirname, 'closing.fixture.ts');
/** Far less than any deadline in there. */
const PROMPTLY_MS = 1_500;

interface Closed extends ClosingReport {
  readonly code: number | NodeJS.Signals | null;
  /** From its report to its end. */
  readonly ms: number;
}

/** Runs a process that closes its engine while it waits, and lets it end by itself. */
function closed(setup: ClosingSetup, freeze: () => unknown): Promise<Closed> {
  const child = fork(FIXTURE, [JSON.stringify(setup)], { execArgv: ['-r', REGISTER], stdio: 'inherit' });
  const timer = setTimeout(() => child.kill('SIGKILL'), 20_000);
  let report: ClosingReport = { ended: 'nothing was told' };
  let reported = 0;
  child.on('message', (message) => {
    if (message === 'frozen') {
      freeze();
      child.send('done');
      return;
    }
    report = message as ClosingReport;
    reported = performance.now();
  });
  return new Promise((resolve) => {
    child.once('exit', (code, signal) => {
      clearTimeout(timer);
      resolve({ ...report, code: signal ?? code, ms: performance.now() - reported });
    });
  });
}

describeWithRedis('a process that closes its engine', (redis) => {
  afterEach(() => process.kill(redis().pid, 'SIGCONT'));

  it.each<[Wait, string]>([
    ['nothing', 'resolved'],
    ['waitForWork', 'resolved'],
    ['watch', 'ENGINE_UNAVAILABLE'],
    ['onCancelRequest', 'resolved'],
    ['enqueue', 'ENGINE_TIMEOUT'],
  ])('while it waits for %s ends by itself, and promptly', async (wait, ended) => {
    const { ms, ...end } = await closed({ url: redis().url, wait }, () => process.kill(redis().pid, 'SIGSTOP'));
    expect(end).toEqual({ ended, code: 0 });
    expect(ms).toBeLessThan(PROMPTLY_MS);
  });

  it('while it still connects ends by itself, and promptly', async () => {
    const silent = await RedisProxy.start();
    const { ms, ...end } = await closed({ url: silent.url, wait: 'open' }, jest.fn());
    await silent.stop();
    expect(end).toEqual({ ended: 'REDIS_UNREACHABLE', code: 0 });
    expect(ms).toBeLessThan(PROMPTLY_MS);
  });
});
