/**
 * Made on demand; docs/locks.md shows it for those whose application may not. `hwm` is the newest slot that was given, `run` the run that
 * was given it and `marked_by` who asked, `holder` who took the lock last, `token` the last fencing token.
 */
export const CREATE_TABLE = `CREATE TABLE IF NOT EXISTS vigil_cron (
  name text PRIMARY KEY,
  hwm timestamptz,
  run text,
  marked_by text,
  holder text,
  token bigint NOT NULL DEFAULT 0,
  paused boolean NOT NULL DEFAULT false
)`;

export interface SessionRow {
  readonly version: number;
  readonly pid: number;
  readonly has_table: boolean;
  readonly is_standby: boolean;
}

export const LOOK_AROUND = `SELECT current_setting('server_version_num')::int AS version, pg_backend_pid() AS pid,
  to_regclass('vigil_cron') IS NOT NULL AS has_table, pg_is_in_recovery() AS is_standby`;

/** $1 milliseconds. */
export const SET_SILENCE = `SELECT set_config('idle_session_timeout', $1, false), pg_backend_pid() AS pid`;

export const MEET_ENTRY = 'INSERT INTO vigil_cron (name) VALUES ($1) ON CONFLICT DO NOTHING';

export interface TakeRow {
  readonly verdict: 'pooled' | 'early' | 'paused' | 'slot-taken' | 'held' | 'taken';
  readonly holder: string | null;
  readonly marked_by: string | null;
  readonly remaining: string;
  readonly token: string | null;
}

/**
 * $1 name, $2 the key of its lock, $3 whether this session has that already, $4 slot, $5 run, $6 whether it moves the mark, $7 holder,
 * $8 the backend that it must be. One statement, one step: the row is locked, then judged, the lock tried, and the mark moved; so of two
 * that ask at once, the second sees what the first was given. The session has the lock as often as it took it, hence $3.
 */
export const TAKE = `WITH known AS MATERIALIZED (
  SELECT * FROM vigil_cron WHERE name = $1 FOR UPDATE
), verdict AS MATERIALIZED (
  SELECT known.*, to_timestamp($4::bigint / 1000.0) AS slot, CASE
    WHEN pg_backend_pid() <> $8::int THEN 'pooled'
    WHEN $6::boolean AND to_timestamp($4::bigint / 1000.0) > clock_timestamp() + interval '1 second' THEN 'early'
    WHEN $6::boolean AND paused THEN 'paused'
    WHEN $6::boolean AND (hwm > to_timestamp($4::bigint / 1000.0)
      OR hwm = to_timestamp($4::bigint / 1000.0) AND run IS DISTINCT FROM $5::text) THEN 'slot-taken'
    WHEN $3::boolean THEN 'held'
    WHEN pg_try_advisory_lock($2::bigint) THEN 'taken'
    ELSE 'held'
  END AS verdict
  FROM known
), moved AS (
  UPDATE vigil_cron SET
    token = greatest(v.token + 1, (extract(epoch FROM clock_timestamp()) * 1000000)::bigint),
    holder = $7::text,
    hwm = CASE WHEN $6::boolean THEN v.slot ELSE v.hwm END,
    run = CASE WHEN $6::boolean THEN $5::text ELSE v.run END,
    marked_by = CASE WHEN $6::boolean THEN $7::text ELSE v.marked_by END
  FROM verdict v WHERE vigil_cron.name = v.name AND v.verdict = 'taken'
  RETURNING vigil_cron.token
)
SELECT v.verdict, v.holder, v.marked_by, moved.token,
  ceil(extract(epoch FROM v.slot - clock_timestamp()) * 1000) AS remaining
FROM verdict v LEFT JOIN moved ON true`;

/** $1 the key, $2 the backend. */
export const LOOK = `SELECT pg_backend_pid() = $2::int AS is_own, EXISTS (
  SELECT FROM pg_locks WHERE locktype = 'advisory' AND objsubid = 1 AND pid = pg_backend_pid()
    AND ((classid::bigint << 32) | objid::bigint) = $1::bigint
) AS is_held`;

/** $1 the key, $2 the backend. */
export const GIVE_BACK = 'SELECT CASE WHEN pg_backend_pid() = $2::int THEN pg_advisory_unlock($1::bigint) END';
