#!lua flags=allow-oom
-- Pauses or resumes a cron entry for all instances, or forgets it.
-- KEYS[1..13] of the queue, KEYS[14] ring of the client, KEYS[15] audit, KEYS[16..18]
-- (fragments/cron-history.lua), KEYS[19] open runs, KEYS[20] names of the entries
-- ARGV[1] tag, ARGV[2..4] number of the operation and size and life of the ring, ARGV[5] name, ARGV[6] pause, resume or forget,
-- ARGV[7] actor, ARGV[8] reason
-- returns 1 when it was paused before, 0 when it was not, -1 when nobody knows it
--@include keys
--@include ring
--@include audit
local before = recall()
if before then return before end

local known = call('HMGET', KEYS[16], 'mark', 'paused')
local was = not known[1] and '-1' or known[2] and '1' or '0'
if was ~= '-1' then
  audit('cron-' .. ARGV[6], ARGV[7], ARGV[8], ARGV[5], '{"paused":' .. (was == '1' and 'true' or 'false') .. '}')
  if ARGV[6] == 'forget' then
    call('DEL', KEYS[16], KEYS[17], KEYS[18])
    call('SREM', KEYS[20], ARGV[5])
    for _, open in ipairs(call('ZRANGE', KEYS[19], 0, -1)) do
      if sub(open, 1, #ARGV[5] + 1) == ARGV[5] .. '|' then call('ZREM', KEYS[19], open) end
    end
  elseif ARGV[6] == 'pause' then
    if was == '0' then call('HSET', KEYS[16], 'paused', now_text, 'from', now_text, 'until', '') end
  elseif was == '1' then
    call('HDEL', KEYS[16], 'paused')
    call('HSET', KEYS[16], 'until', now_text)
  end
end
remember(was)
return was
