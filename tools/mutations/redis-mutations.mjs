/** @typedef {import('./mutation.mjs').Mutation} Mutation */

const SCRIPTS = 'lib/engine/redis/scripts';

/**
 * @param {string} without
 * @param {string} script
 * @param {string} find
 * @param {string} [replace]
 * @returns {Mutation}
 */
const inScript = (without, script, find, replace = '') => ({
  ...{ engine: 'redis', without, file: `${SCRIPTS}/${script}.lua`, find, replace },
});

/** @type {readonly Mutation[]} */
export const redisMutations = [
  inScript('fencing of ends and steps', 'fragments/attempt', '~= lease then', '== false then'),
  inScript('fencing of completions', 'fragments/complete', 'held[k + 1] == ARGV[leases + k]', 'held[k + 1] and true'),
  inScript('fencing of heartbeats', 'heartbeat', '~= ARGV[at + 2] then', '== false then'),
  inScript('rising fencing tokens', 'fragments/token', 'return text', "return '1'"),
  inScript('the key check', 'enqueue', 'if record then letter,', 'if nil then letter,'),
  inScript('the key check of a whole batch', 'fragments/accept-at-once', "call('MSETNX'", "call('MSET'"),
  inScript('the key check within a batch', 'enqueue', 'made[key] or found[k]', 'found[k] or made[key]'),
  {
    engine: 'redis',
    without: 'telling that a place occurs twice in a batch',
    file: 'lib/engine/redis/producer/enqueue-batch.ts',
    find: 'if (new Set(records).size === records.length)',
    replace: 'if (records.length > 0)',
  },
  inScript(
    "the store's word on reckoned times",
    'fragments/reckoned',
    'return at <= now and at >= now - MOST_BEHIND_MS',
    'return at > 0',
  ),
  inScript('the end of windows', 'fragments/holder', 'if tonumber(over) <= now then return nil end'),
  inScript('the operation ring', 'fragments/ring', 'if seq == ARGV[2] then return answer end'),
  inScript('answering a turn again', 'turn', 'if before == ARGV[3] then return answer_again() end'),
  inScript(
    'refusing outdated turns',
    'turn',
    'if before and tonumber(before) > tonumber(ARGV[3]) then',
    'if false then',
  ),
  inScript('the sweep of dead workers', 'fragments/stall', 'is_forsaken(ARGV[at + 2]) and', 'false and'),
  inScript('the deadline on a live worker', 'fragments/stall', 'or tonumber(deadline) <= now'),
  inScript('the alert in a burial', 'fragments/bury', "alert('job.buried', text)"),
  inScript(
    'the dead letter in a burial',
    'fragments/entomb',
    "call('ZADD', P .. 'd:' .. job.tv, position, job.member)",
  ),
  inScript(
    'the group of a dead letter',
    'fragments/entomb',
    'join_group(job, group, position, reason, summary, label, at)',
  ),
  inScript(
    'the end of a group',
    'fragments/groups',
    "if call('EXISTS', members) == 1 then return end",
    'if true then return end',
  ),
  inScript('leaving active at an end', 'fragments/attempt', "call('HDEL', P .. 'a:' .. job.tv, job.member)"),
  inScript('cancellation of what runs', 'fragments/attempt', 'if not job.past.cancel or', 'if true or'),
  inScript('ghosts known by op and life', 'fragments/living', ' and find(record, life, OP_AT, true) == OP_AT'),
  inScript('counting ghosts', 'cancel', "call('HINCRBY', GHOSTS, job.tv, 1)"),
  inScript('suspects', 'fragments/stall', '  past.suspect = true\n'),
  inScript(
    'one suspect at a time',
    'fragments/claim',
    'take(demand, lists.s, 1, claims)',
    'take(demand, lists.s, room, claims)',
  ),
  inScript('promotion in a turn', 'turn', 'promote(tonumber(ARGV[8]))'),
  inScript('forgetting the expiry of what began', 'fragments/lease', "if expires ~= '0' then", 'if false then'),
  inScript('pausing what fills the memory', 'relieve', "call('HSETNX', PAUSED, line.type, 1) == 1", 'false'),
  inScript('telling of short memory once', 'relieve', 'if not told or #paused > 0 then', 'if true then'),
  inScript('pauses', 'fragments/limits', 'if has_paused and', 'if false and'),
  inScript('the limit over all workers', 'fragments/limits', 'demand.global - active_of(demand.type)', 'demand.global'),
  inScript('deleting tombstones', 'fragments/tombstone', 'if window_end and window_end <= now then', 'if false then'),
  inScript(
    'forgetting the history of what ended',
    'fragments/complete',
    'if pasts then forget_pasts',
    'if false then forget_pasts',
  ),
  inScript('a new life at a replay', 'fragments/revive', 'job.life + 1', 'job.life'),
  inScript(
    'the life that a replay means',
    'fragments/exhume',
    "if life ~= '' and life ~= job.life then",
    'if false then',
  ),
  inScript(
    'dropping the steps of an edited job',
    'fragments/revive',
    "call('UNLINK', steps)",
    "call('HDEL', steps, 'p')",
  ),
  inScript('the fence of a plan', 'plan-move', 'if is_shut_out(ARGV[2]) then return nil end'),
  inScript('the position of a plan', 'plan-move', "call('HGET', KEYS[14], 'cursor') ~= ARGV[3]", 'false'),
  inScript('the beginning of a plan', 'plan-open', 'if not known[2] then', 'if true then'),
  inScript(
    'knowing a later life from that of a plan',
    'fragments/outcome',
    "if tonumber(job.life) > tonumber(life) then return 'died' end",
  ),
  {
    engine: 'redis',
    without: "the store's clock for delays",
    file: 'lib/engine/redis/producer/enqueue-batch.ts',
    find: "dueAt ?? '', delayMs ?? '',",
    replace: "dueAt ?? (delayMs === undefined ? '' : Date.now() + delayMs), '',",
  },
  {
    engine: 'redis',
    without: 'giving back what a worker does not know of',
    file: 'lib/engine/redis/consumer/redis-consumer.ts',
    find: 'const isOwn = attempt.worker === worker && attempt.token <= knownToken',
    replace: 'const isOwn = false',
  },
];
