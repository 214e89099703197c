import { inFile } from './mutation.mjs';

/** @typedef {import('./mutation.mjs').Mutation} Mutation */

const LOCKS = 'lib/scheduler/locks';

const inTake = inFile('locks', 'lib/engine/redis/scripts/take-lock.lua');
const inMemory = inFile('locks', `${LOCKS}/memory/memory-lock.store.ts`);
const inStatements = inFile('locks', `${LOCKS}/postgres/postgres-statements.ts`);
const inStore = inFile('locks', `${LOCKS}/postgres/postgres-lock.store.ts`);
const inSession = inFile('locks', `${LOCKS}/postgres/postgres-session.ts`);
const inKept = inFile('locks', `${LOCKS}/kept-lock.ts`);
const inProvider = inFile('locks', `${LOCKS}/leased-lock.provider.ts`);

/** @type {readonly Mutation[]} */
export const lockMutations = [
  inTake('one holder, on Redis', "if held then return { '0', 'held', holder or '' } end"),
  inTake(
    'one run a slot, on Redis',
    "known[3] ~= ARGV[4] then return { '0', 'slot-taken', known[4] } end",
    'false then end',
  ),
  inTake('slots that only rise, on Redis', 'if mark > slot or mark == slot', 'if mark == slot'),
  inTake('refusing early slots, on Redis', 'if slot > now + 1000 then', 'if false then'),
  inTake('leaving the mark, on Redis', "if moves then call('HSET'", "if true then call('HSET'"),
  inTake('rising tokens, on Redis', 'math.max(tonumber(known[1] or 0) + 1, micros)', 'math.max(1, 2)'),
  inTake('answering again, on Redis', 'if owner == ARGV[2] then', 'if false then'),
  inTake('the end of a lock, on Redis', "'NX', 'PX', ARGV[3])", "'NX')"),
  inFile('locks', 'lib/engine/redis/scripts/renew-lock.lua')(
    'comparing the owner at a renewal',
    '~= ARGV[2] then return 0',
    '== false then return 0',
  ),
  inFile('locks', 'lib/engine/redis/scripts/give-back-lock.lua')(
    'comparing the owner at the end',
    '~= ARGV[2] then return 0',
    '== false then return 0',
  ),
  inMemory('one holder, in memory', 'if (held) return', 'if (!held && this.held.size < 0) return'),
  inMemory('one run a slot, in memory', 'mark.run !== run', 'false'),
  inMemory('the end of a lock, in memory', 'held.until > this.clock.now()', 'held.until > 0'),
  inStatements(
    'one holder, in PostgreSQL',
    "WHEN pg_try_advisory_lock($2::bigint) THEN 'taken'",
    "WHEN $2::bigint IS NOT NULL THEN 'taken'",
  ),
  inStatements('one holder in a session', "WHEN $3::boolean THEN 'held'", "WHEN $3::boolean AND false THEN 'held'"),
  inStatements('one who is judged at a time', 'WHERE name = $1 FOR UPDATE', 'WHERE name = $1'),
  inStatements('one run a slot, in PostgreSQL', 'run IS DISTINCT FROM $5::text', 'false'),
  inStatements(
    'refusing early slots, in PostgreSQL',
    "interval '1 second' THEN 'early'",
    "interval '1 year' THEN 'early'",
  ),
  inStatements('leaving the mark, in PostgreSQL', 'hwm = CASE WHEN $6::boolean THEN', 'hwm = CASE WHEN true THEN'),
  inStatements('knowing the backend', 'pg_backend_pid() <> $8::int', 'pg_backend_pid() = -$8::int'),
  inStatements(
    'looking whether the lock is there',
    'objid::bigint) = $1::bigint',
    'objid::bigint) = $1::bigint OR true',
  ),
  inStore('giving back in PostgreSQL', 'await session.ask(GIVE_BACK, [key, session.backend]);'),
  inStore('leaving a silent connection', '!session.isOver && !session.isSilent', '!session.isOver'),
  inStore('closing an idle connection', 'session.locks.size === 0 && session.end()', 'undefined'),
  inSession(
    'the end of a silent session',
    'this.idleMs = shortest;\n',
    'await this.ask("SET idle_session_timeout = 0");\n',
  ),
  inSession('telling the end of a connection', 'for (const { gone } of this.locks.values()) gone(', 'void ('),
  inSession('refusing poolers', 'if (processID && processID !== row.pid) throw pooled();'),
  inSession('refusing a shared connection', 'inUse.add(connection);'),
  inKept('giving up in time', 'if (left <= 0) return this.expired();', 'if (left > 0) return;'),
  inKept(
    'counting from the question',
    'this.sureUntil = askedAt + claim.ttlMs * (1 - RESERVE);\n    this.watchEnd',
    'this.sureUntil = this.monotonic() + claim.ttlMs;\n    this.watchEnd',
  ),
  inKept('renewing', 'isHeld = await store.renew(claim);', 'isHeld = await Promise.resolve(true);'),
  inKept('telling the loss', "if (!isHeld) return this.lose('it was removed, or somebody else has taken it');"),
  inProvider('giving back what nobody heard of', 'store.giveBack(claim).catch(', 'Promise.resolve().catch('),
];
