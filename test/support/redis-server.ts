import { spawn, type ChildProcess } from 'node:child_process';
import { accessSync, constants, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { Redis, type RedisOptions } from 'ioredis';

export interface RedisServerOptions {
  /** A fixed port, to come back at the same address after a stop. Default: a free one. */
  port?: number;
  /** A data directory that outlives the server. Default: a temporary one, removed by `stop`. */
  dir?: string;
  /** More command line, for example `['--appendonly', 'yes', '--maxmemory', '16mb']`. */
  args?: readonly string[];
  /** The lines of a Sentinel's configuration: makes it one. */
  sentinel?: readonly string[];
}

export interface RedisServer {
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  readonly dir: string;
  /** A client of its own for looking into the store; `stop` disconnects it. */
  connect(options?: RedisOptions): Redis;
  /** Ends the server (SIGKILL by default: nothing in a test wants its goodbye). Safe to call twice. */
  stop(signal?: NodeJS.Signals): Promise<void>;
}

const binary = findBinary();

/** Whether a redis-server was found: `VIGIL_REDIS_SERVER` (a path), else the one in PATH. */
export const redisAvailable = binary !== undefined;

/** Starts a redis-server of its own on 127.0.0.1 that keeps nothing on disk unless `args` say so. */
export async function startRedisServer(options: RedisServerOptions = {}): Promise<RedisServer> {
  if (!binary) throw new Error('redis-server was not found; install it, or name it in VIGIL_REDIS_SERVER');
  const tries = options.port === undefined ? 5 : 1;
  for (let n = 1; ; n++) {
    try {
      return await start(binary, options);
    } catch (error) {
      if (n >= tries || !String(error).includes('in use')) throw error;
    }
  }
}

/**
 * A `describe` that needs Redis. `suite` gets a function that returns the server, which runs from before the first test
 * to after the last; a suite that takes no parameter starts its own. Without a redis-server the suite is skipped with
 * the reason in its title (the test run lists it at the end), or fails if `VIGIL_REQUIRE_ALL=1`.
 */
export function describeWithRedis(
  name: string,
  suite: (redis: () => RedisServer) => void,
  options?: RedisServerOptions,
): void {
  let server: RedisServer | undefined;
  const redis = (): RedisServer => {
    if (!server) throw new Error(`${name}: the Redis server runs only inside tests and hooks`);
    return server;
  };
  if (!redisAvailable) {
    if (process.env.VIGIL_REQUIRE_ALL === '1') throw new Error(`${name}: needs redis-server (VIGIL_REQUIRE_ALL=1)`);
    describe.skip(`${name} [left out: no redis-server]`, () => suite(redis));
    return;
  }
  describe(name, () => {
    if (suite.length > 0) {
      beforeAll(async () => {
        server = await startRedisServer(options);
      });
      afterAll(() => server?.stop());
    }
    suite(redis);
  });
}

async function start(command: string, options: RedisServerOptions): Promise<RedisServer> {
  const port = options.port ?? (await freePort());
  const dir = options.dir ?? mkdtempSync(join(tmpdir(), 'vigil-redis-'));
  const cleanUp = (): void => {
    if (options.dir === undefined) rmSync(dir, { recursive: true, force: true });
  };
  const child = spawn(command, commandLine(port, dir, options), { stdio: ['ignore', 'pipe', 'pipe'] });
  try {
    await ready(child);
  } catch (error) {
    child.kill('SIGKILL');
    cleanUp();
    throw error;
  }

  const clients = new Set<Redis>();
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  return {
    url: `redis://127.0.0.1:${port}`,
    port,
    pid: child.pid!,
    dir,
    connect(clientOptions) {
      // The default of 2 s would keep the test process alive for as long after a server that was killed.
      const client = new Redis({ host: '127.0.0.1', port, disconnectTimeout: 100, ...clientOptions });
      clients.add(client);
      return client;
    },
    async stop(signal = 'SIGKILL') {
      for (const client of clients) client.disconnect();
      if (child.exitCode === null && child.signalCode === null) {
        child.kill(signal);
        await exited;
      }
      cleanUp();
    },
  };
}

function commandLine(port: number, dir: string, { args = [], sentinel }: RedisServerOptions): string[] {
  const fixed = ['--bind', '127.0.0.1', '--port', String(port), '--dir', dir, '--daemonize', 'no'];
  if (!sentinel) return [...fixed, '--save', '', ...args];
  // It writes down what it learns, so it takes its lines from a file only.
  const file = join(dir, 'sentinel.conf');
  writeFileSync(file, `${sentinel.join('\n')}\n`);
  return [file, '--sentinel', ...fixed, ...args];
}

function ready(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let log = '';
    const timer = setTimeout(() => reject(new Error(`redis-server was not ready within 10 s\n${log}`)), 10_000);
    const listen = (chunk: Buffer): void => {
      log += chunk.toString();
      if (!/Ready to accept connections|Sentinel ID is/.test(log)) return;
      clearTimeout(timer);
      child.stdout?.off('data', listen);
      // Left unread, a chatty server would fill the pipe and stall.
      child.stdout?.resume();
      child.stderr?.resume();
      resolve();
    };
    child.stdout?.on('data', listen);
    child.stderr?.on('data', (chunk: Buffer) => (log += chunk.toString()));
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      clearTimeout(timer);
      reject(new Error(`redis-server ended at its start (${signal ?? code})\n${log}`));
    });
  });
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => resolve(port));
    });
  });
}

function findBinary(): string | undefined {
  const named = process.env.VIGIL_REDIS_SERVER;
  const candidates = named
    ? [named]
    : (process.env.PATH ?? '').split(delimiter).map((dir) => join(dir, 'redis-server'));
  return candidates.find((path) => {
    try {
      accessSync(path, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
