import { createHash } from 'node:crypto';
import type { CancelTimer, Clock } from '../../../core/clock.js';
import { VigilError } from '../../../core/vigil.error.js';
import type { LockClaim, LockStore, LockTaken } from '../../../engine/lock-store.port.js';
import { LockUnavailableError } from '../../../core/lock.errors.js';
import type { PostgresLockOptions } from './postgres-connection.js';
import { pooled, PostgresSession } from './postgres-session.js';
import { GIVE_BACK, LOOK, MEET_ENTRY, TAKE, type TakeRow } from './postgres-statements.js';

/** For how long a connection is kept that holds no lock. The server must not be the one to end it. */
const LINGER_MS = 10_000;

export interface PostgresLockParts {
  readonly options: PostgresLockOptions;
  /** Sets apart applications on one database. */
  readonly prefix: string;
  readonly timeoutMs: number;
  readonly clock: Clock;
}

interface Held {
  readonly session: PostgresSession;
  readonly key: string;
  readonly fencingToken: number;
}

/** Locks of cron entries as session locks of PostgreSQL, and what outlives them in the table vigil_cron. */
export class PostgresLockStore implements LockStore {
  private opening: Promise<PostgresSession> | undefined;
  private session: PostgresSession | undefined;
  private readonly sessions = new Set<PostgresSession>();
  private readonly held = new Map<string, Held>();
  private cancelLinger: CancelTimer | undefined;
  private closed = false;

  constructor(private readonly parts: PostgresLockParts) {}

  /** @throws VigilError `POSTGRES_UNREACHABLE` and what makes a server unfit, each with the cure */
  async open(): Promise<void> {
    try {
      await this.current();
    } catch (error) {
      if (error instanceof VigilError && error.code.startsWith('POSTGRES_')) throw error;
      const reason = error instanceof Error ? error.message || (error as { code?: string }).code : String(error);
      throw new VigilError(
        'POSTGRES_UNREACHABLE',
        `locks.postgres: no connection (${reason}). Is the server running, and is the address right?`,
        { cause: error },
      );
    }
    if (this.session) this.leave(this.session);
  }

  async take(claim: LockClaim, gone: (detail: string) => void): Promise<LockTaken> {
    const session = await this.current();
    this.cancelLinger?.();
    try {
      return await session.inTurn(() => this.takeIn(session, claim, gone));
    } finally {
      this.leave(session);
    }
  }

  async renew(claim: LockClaim): Promise<boolean> {
    const held = this.held.get(claim.owner);
    if (!held || held.session.isOver) return false;
    const { session, key } = held;
    const [row] = await session.ask<{ is_own: boolean; is_held: boolean }>(LOOK, [key, session.backend]);
    return row.is_own && row.is_held;
  }

  async giveBack({ owner, ...claim }: LockClaim): Promise<void> {
    const held = this.held.get(owner);
    const session = held?.session ?? this.session;
    if (!session || session.isOver) return void this.held.delete(owner);
    const key = held?.key ?? this.keyOf(claim);
    await session.inTurn(async () => {
      // Not of a claim that was answered: its lock was never taken, or is another's of this process by now.
      if (!held && session.locks.has(key)) return;
      this.held.delete(owner);
      session.locks.delete(key);
      try {
        await session.livesAsItsLocks();
        await session.ask(GIVE_BACK, [key, session.backend]);
      } catch (error) {
        if (session.locks.size === 0) session.end();
        throw error;
      } finally {
        this.leave(session);
      }
    });
  }

  /** Gives up the connection, and with it what is still held. */
  close(): void {
    this.closed = true;
    this.cancelLinger?.();
    for (const session of this.sessions) session.end();
    void this.opening?.then((late) => late.end()).catch(() => undefined);
  }

  private async takeIn(session: PostgresSession, claim: LockClaim, gone: (detail: string) => void): Promise<LockTaken> {
    const { owner, slot, run, movesMark, holder, ttlMs } = claim;
    const before = this.held.get(owner);
    if (session.isSilent) throw new LockUnavailableError('PostgreSQL: the connection is silent');
    if (before) return { taken: true, fencingToken: before.fencingToken };
    const key = this.keyOf(claim);
    await session.livesAsItsLocks(ttlMs);
    const name = this.nameOf(claim);
    const values = [name, key, session.locks.has(key), slot, run, movesMark, holder, session.backend];
    let [row] = await session.ask<TakeRow>(TAKE, values);
    if (!row) {
      await session.ask(MEET_ENTRY, [name]);
      [row] = await session.ask<TakeRow>(TAKE, values);
    }
    if (!row) throw new Error(`the row of ${name} was deleted from vigil_cron at this moment`);
    if (row.verdict === 'taken') {
      const fencingToken = Number(row.token);
      this.held.set(owner, { session, key, fencingToken });
      const lost = (detail: string): void => {
        this.held.delete(owner);
        gone(detail);
      };
      session.locks.set(key, { ttlMs, gone: lost });
      return { taken: true, fencingToken };
    }
    await session.livesAsItsLocks();
    return refusal(session, row);
  }

  /** A session on which more can be begun. One that is silent keeps what it has until that is given back. */
  private current(): Promise<PostgresSession> {
    const { session, opening, closed } = this;
    if (closed) return Promise.reject(new LockUnavailableError('the locks were closed'));
    if (session && !session.isOver && !session.isSilent) return Promise.resolve(session);
    return (this.opening = opening ?? this.openOne());
  }

  private async openOne(): Promise<PostgresSession> {
    try {
      const session = await PostgresSession.open(this.parts.options, this.parts.timeoutMs);
      this.sessions.add(session);
      return (this.session = session);
    } finally {
      this.opening = undefined;
    }
  }

  /** Ends a session that holds nothing: at once if nothing more is begun on it, else after a while. */
  private leave(session: PostgresSession): void {
    for (const each of this.sessions) if (each.isOver) this.sessions.delete(each);
    if (session.locks.size > 0 || session.isOver) return;
    if (session !== this.session || session.isSilent) return session.end();
    this.cancelLinger?.();
    const ms = Math.min(LINGER_MS, session.idleMs / 2);
    this.cancelLinger = this.parts.clock.schedule(ms, () => session.locks.size === 0 && session.end(), { unref: true });
  }

  private nameOf({ entry }: Pick<LockClaim, 'entry'>): string {
    return `${this.parts.prefix}/${entry}`;
  }

  private keyOf(claim: Pick<LockClaim, 'entry' | 'slot' | 'per'>): string {
    const name = claim.per === 'slot' ? `${this.nameOf(claim)}/${claim.slot}` : this.nameOf(claim);
    return createHash('sha256').update(`nestjs-vigil:${name}`).digest().readBigInt64BE().toString();
  }
}

function refusal(session: PostgresSession, { verdict, remaining, holder, marked_by }: TakeRow): LockTaken {
  switch (verdict) {
    case 'held':
      return { taken: false, reason: 'held', ...(holder !== null && { holder }) };
    case 'slot-taken':
      return { taken: false, reason: 'slot-taken', ...(marked_by !== null && { holder: marked_by }) };
    case 'early':
      return { taken: false, reason: 'early', remainingMs: Number(remaining) };
    case 'paused':
      return { taken: false, reason: 'paused' };
    default:
      session.end();
      throw pooled();
  }
}
