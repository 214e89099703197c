import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';

export interface PostgresServer {
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  /** A client of its own for looking into the store; `stop` ends it. */
  connect(): Promise<Client>;
  /** Ends the server at once, and everybody's connection with it; its data stay. */
  kill(): Promise<void>;
  /** After `kill`, at the same address with the same data. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

interface Account {
  readonly uid?: number;
  readonly gid?: number;
}

const programs = findPrograms();

/** Whether the programs of PostgreSQL were found: in `VIGIL_POSTGRES_BIN` (a folder), else where Debian keeps them. */
export const postgresAvailable = programs !== undefined;

/**
 * A `describe` that needs PostgreSQL, as `describeWithRedis` is one that needs Redis: left out loudly where there is none, or failing if
 * `VIGIL_REQUIRE_ALL=1`.
 */
export function describeWithPostgres(name: string, suite: (postgres: () => PostgresServer) => void): void {
  let server: PostgresServer | undefined;
  const postgres = (): PostgresServer => {
    if (!server) throw new Error(`${name}: the PostgreSQL server runs only inside tests and hooks`);
    return server;
  };
  if (!postgresAvailable) {
    if (process.env.VIGIL_REQUIRE_ALL === '1') throw new Error(`${name}: needs PostgreSQL (VIGIL_REQUIRE_ALL=1)`);
    describe.skip(`${name} [left out: no PostgreSQL]`, () => suite(postgres));
    return;
  }
  describe(name, () => {
    beforeAll(async () => {
      server = await startPostgresServer();
    });
    afterAll(() => server?.stop());
    suite(postgres);
  });
}

/** Starts a server of its own on 127.0.0.1, with data of its own that `stop` removes. */
export async function startPostgresServer(): Promise<PostgresServer> {
  if (!programs) throw new Error('PostgreSQL was not found; install it, or name its folder in VIGIL_POSTGRES_BIN');
  const account = unprivileged();
  const dir = mkdtempSync(join(tmpdir(), 'vigil-postgres-'));
  if (account.uid !== undefined && account.gid !== undefined) chownSync(dir, account.uid, account.gid);
  const data = join(dir, 'data');
  const made = [
    '-D',
    data,
    '-U',
    'postgres',
    '-A',
    'trust',
    '-E',
    'UTF8',
    '--locale=C',
    '--no-sync',
    '--no-instructions',
  ];
  execFileSync(join(programs, 'initdb'), made, { ...account, cwd: dir, stdio: ['ignore', 'ignore', 'pipe'] });
  const port = await freePort();
  const url = `postgres://postgres@127.0.0.1:${port}/postgres`;
  const clients = new Set<Client>();
  const launch = (): Promise<ChildProcess> => start(join(programs, 'postgres'), data, port, account);
  let child = await launch();

  const end = async (signal: NodeJS.Signals): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    child.kill(signal);
    await exited;
  };
  return {
    url,
    port,
    get pid() {
      return child.pid!;
    },
    async connect() {
      const client = new Client({ connectionString: url });
      // A server that a test ends tells all who are connected.
      client.on('error', () => undefined);
      clients.add(client);
      await client.connect();
      return client;
    },
    kill: () => end('SIGQUIT'),
    async restart() {
      child = await launch();
    },
    async stop() {
      for (const client of clients) void client.end();
      await end('SIGQUIT');
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

function start(command: string, data: string, port: number, account: Account): Promise<ChildProcess> {
  const settings = ['listen_addresses=127.0.0.1', `port=${port}`, 'unix_socket_directories=', 'fsync=off'];
  const few = ['shared_buffers=16MB', 'max_connections=40', 'dynamic_shared_memory_type=mmap', 'autovacuum=off'];
  const args = ['-D', data, ...[...settings, ...few].flatMap((setting) => ['-c', setting])];
  const child = spawn(command, args, { ...account, cwd: data, stdio: ['ignore', 'ignore', 'pipe'] });
  return new Promise((resolve, reject) => {
    let log = '';
    const timer = setTimeout(() => {
      child.kill('SIGQUIT');
      reject(new Error(`PostgreSQL was not ready within 20 s\n${log}`));
    }, 20_000);
    const listen = (chunk: Buffer): void => {
      log += chunk.toString();
      if (!log.includes('ready to accept connections')) return;
      clearTimeout(timer);
      child.stderr.off('data', listen);
      // Left unread, a chatty server would fill the pipe and stall.
      child.stderr.resume();
      resolve(child);
    };
    child.stderr.on('data', listen);
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      clearTimeout(timer);
      reject(new Error(`PostgreSQL ended at its start (${signal ?? code})\n${log}`));
    });
  });
}

/** The server refuses to run as root, so it gets the account that its package made. */
function unprivileged(): Account {
  if (process.getuid?.() !== 0) return {};
  const id = (flag: string): number => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }));
  return { uid: id('-u'), gid: id('-g') };
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

function findPrograms(): string | undefined {
  const named = process.env.VIGIL_POSTGRES_BIN;
  const debian = '/usr/lib/postgresql';
  const versions = existsSync(debian) ? readdirSync(debian).sort((a, b) => Number(b) - Number(a)) : [];
  const folders = named ? [named] : versions.map((version) => join(debian, version, 'bin'));
  return folders.find((folder) => existsSync(join(folder, 'postgres')) && existsSync(join(folder, 'initdb')));
}
