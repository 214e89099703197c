#!lua flags=no-writes
-- Every cron entry of a queue.
-- KEYS[1..13] of the queue, KEYS[14] names of the entries
-- ARGV[1] tag
-- returns of each entry a list: name, fingerprint, definition, mark, paused (1 or 0), when it was seen last, live runs, last
-- durations, when its process started, when it was resumed, its newest line, and how often there was each outcome
--@include keys
--@include live-runs
local OUTCOMES = { 'n:completed', 'n:failed', 'n:skipped', 'n:missed', 'n:lost-lock' }
local answer = {}
for _, name in ipairs(call('SMEMBERS', KEYS[14])) do
  local known = call('HMGET', P .. 'cron:' .. name, 'fp', 'def', 'mark', 'paused', 'seen', 'durations', 'boot', 'until')
  local newest = call('LINDEX', P .. 'cl:' .. name, 0)
  answer[#answer + 1] = {
    name, known[1] or '', known[2] or '{}', known[3] or '0', known[4] and '1' or '0', known[5] or '0', live_runs(name .. '@1'), known[6] or '',
    known[7] or '0', known[8] or '', newest and call('HGET', P .. 'ch:' .. name, newest) or '',
    call('HMGET', P .. 'cron:' .. name, unpack(OUTCOMES)),
  }
end
return answer
