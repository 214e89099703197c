#!lua flags=allow-oom
-- Writes a plan, if what is stored is what its writer believes, and makes it known to whoever attends to plans.
-- KEYS[1..13] of the plans, KEYS[14] texts, KEYS[15] fences, KEYS[16] owners, KEYS[17] live plans by the end of their lease,
-- KEYS[18] all plans by the time of their beginning
-- ARGV[1] tag, ARGV[2] plan, ARGV[3] text that is believed or empty, ARGV[4] new text, ARGV[5] 1 while it is live, ARGV[6] fence
-- of whoever attends, or empty to shut him out
-- returns the fence that holds from now on, or nil
--@include keys
local plan, stored = ARGV[2], call('HGET', KEYS[14], ARGV[2]) or ''
local fence = call('HGET', KEYS[15], plan) or '0'
if stored == ARGV[4] then return fence end
if stored ~= ARGV[3] or ARGV[6] ~= '' and ARGV[6] ~= fence then return nil end

call('HSET', KEYS[14], plan, ARGV[4])
if stored == '' then call('ZADD', KEYS[18], now, plan) end
if ARGV[5] ~= '1' then
  call('ZREM', KEYS[17], plan)
elseif ARGV[6] == '' then
  call('ZADD', KEYS[17], 0, plan)
end
if ARGV[6] ~= '' then return fence end
call('HDEL', KEYS[16], plan)
return tostring(call('HINCRBY', KEYS[15], plan, 1))
