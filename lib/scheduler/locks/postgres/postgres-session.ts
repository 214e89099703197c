import { VigilError } from '../../../core/vigil.error.js';
import { LockUnavailableError } from '../../../core/lock.errors.js';
import { connectTo, type PostgresConnection, type PostgresLockOptions } from './postgres-connection.js';
import { CREATE_TABLE, LOOK_AROUND, SET_SILENCE, type SessionRow } from './postgres-statements.js';

/** The first that ends a session which says nothing for a time: without that, a frozen process would keep its locks for good. */
const OLDEST_SERVER = 140_000;
/** Two that make the table at once: one of them may be told so. */
const MADE_BY_ANOTHER = ['23505', '42P07'];
const MAY_NOT = '42501';

const inUse = new WeakSet<PostgresConnection>();

export interface SessionLock {
  readonly ttlMs: number;
  /** To be called when the session ends. */
  readonly gone: (detail: string) => void;
}

/** One session of the server, to which the locks belong that were taken in it. */
export class PostgresSession {
  /** What it holds, by the key of each lock. */
  readonly locks = new Map<string, SessionLock>();
  backend = 0;
  /** A question was not answered in time; nothing more is begun here. */
  isSilent = false;
  isOver = false;
  /** After so long a silence the server ends it. */
  idleMs = Infinity;
  private last: Promise<unknown> = Promise.resolve();

  private constructor(
    private readonly connection: PostgresConnection,
    private readonly timeoutMs: number,
  ) {
    let reason = 'it was closed';
    connection.on('error', (error) => {
      reason = error.message;
      this.over(reason);
    });
    connection.on('end', () => this.over(reason));
  }

  static async open(options: PostgresLockOptions, timeoutMs: number): Promise<PostgresSession> {
    const connecting = connectTo(options, timeoutMs);
    const connection = await inTime('connecting', connecting, timeoutMs).catch((error: unknown) => {
      // Nobody will use it, should there be one in the end; its failure was told.
      void connecting.then((late) => late.end()).catch(() => undefined);
      throw error;
    });
    if (inUse.has(connection)) {
      throw new VigilError(
        'POSTGRES_CONNECTION_SHARED',
        'locks.postgres: connect() returned a connection that it has returned before. Locks belong to a connection, so make a new one each time.',
      );
    }
    inUse.add(connection);
    const session = new PostgresSession(connection, timeoutMs);
    try {
      await session.lookAround();
      return session;
    } catch (error) {
      session.end();
      throw error;
    }
  }

  /** One after the other: what is asked next may depend on what was answered. */
  inTurn<T>(step: () => Promise<T>): Promise<T> {
    const result = this.last.then(step);
    this.last = result.catch(() => undefined);
    return result;
  }

  async ask<Row>(text: string, values: unknown[] = []): Promise<Row[]> {
    if (this.isOver) throw new LockUnavailableError('PostgreSQL: the connection is closed');
    try {
      const { rows } = await inTime('a statement', this.connection.query(text, values), this.timeoutMs);
      return rows as Row[];
    } catch (error) {
      if (error instanceof LockUnavailableError) this.isSilent = true;
      throw error;
    }
  }

  /**
   * The server ends the session, and with it its locks, when it hears nothing for as long as the shortest of them lives.
   * @param ttlMs of a lock that is about to be taken
   */
  async livesAsItsLocks(ttlMs = Infinity): Promise<void> {
    const shortest = Math.min(ttlMs, ...[...this.locks.values()].map((lock) => lock.ttlMs));
    if (shortest === Infinity || shortest === this.idleMs) return;
    const [{ pid }] = await this.ask<{ pid: number }>(SET_SILENCE, [String(Math.ceil(shortest))]);
    if (pid !== this.backend) throw pooled();
    this.idleMs = shortest;
  }

  end(): void {
    this.over('it was closed');
    // Of one that is broken there is nothing left to end.
    this.connection.end().catch(() => undefined);
  }

  private over(reason: string): void {
    if (this.isOver) return;
    this.isOver = true;
    for (const { gone } of this.locks.values()) gone(`the connection to PostgreSQL ended (${reason})`);
    this.locks.clear();
  }

  private async lookAround(): Promise<void> {
    const [row] = await this.ask<SessionRow>(LOOK_AROUND);
    this.backend = row.pid;
    if (row.version < OLDEST_SERVER) {
      throw new VigilError(
        'POSTGRES_TOO_OLD',
        `locks.postgres: the server is version ${Math.floor(row.version / 10_000)}; locks need PostgreSQL 14 or newer, which can end the session of a process that froze. Update it, or use another lock.`,
      );
    }
    if (row.is_standby) {
      throw new VigilError(
        'POSTGRES_READ_ONLY',
        'locks.postgres: the server is a standby, on which nothing can be locked. Connect to the primary (target_session_attrs=read-write in a list of hosts is not enough after a failover: give its name or a virtual address).',
      );
    }
    const { processID } = this.connection;
    if (processID && processID !== row.pid) throw pooled();
    if (!row.has_table) await this.createTable();
  }

  private async createTable(): Promise<void> {
    try {
      await this.ask(CREATE_TABLE);
    } catch (error) {
      const { code } = error as { code?: string };
      if (code !== undefined && MADE_BY_ANOTHER.includes(code)) return;
      if (code !== MAY_NOT) throw error;
      throw new VigilError(
        'POSTGRES_TABLE_MISSING',
        `locks.postgres: there is no table vigil_cron and this user may not make it. Run once: ${CREATE_TABLE.replaceAll(/\s+/g, ' ')}; and grant SELECT, INSERT and UPDATE on it.`,
        { cause: error },
      );
    }
  }
}

export function pooled(): VigilError {
  return new VigilError(
    'POSTGRES_POOLED',
    'locks.postgres: the connection leads to a pooler (PgBouncer, or another that shares sessions), where one lock would be held by several processes. Give the address of the server itself.',
  );
}

function inTime<T>(what: string, answer: Promise<T>, ms: number): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new LockUnavailableError(`PostgreSQL: ${what} was not answered within ${ms} ms`)),
      ms,
    );
    answer.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
