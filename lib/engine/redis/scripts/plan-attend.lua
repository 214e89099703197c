#!lua flags=allow-oom
-- Keeps the live plans that one process attends to, and takes those to which nobody does.
-- KEYS[1..13] of the plans, KEYS[14] texts, KEYS[15] fences, KEYS[16] owners, KEYS[17] live plans by the end of their lease
-- ARGV[1] tag, ARGV[2] the process, ARGV[3] milliseconds of the lease, 0 to give up what it has
-- returns text and fence of each
--@include keys
local plans, owner, attended = call('ZRANGE', KEYS[17], 0, -1, 'WITHSCORES'), ARGV[2], {}
for n = 1, #plans, 2 do
  local plan, is_free = plans[n], tonumber(plans[n + 1]) <= now
  local is_own = call('HGET', KEYS[16], plan) == owner
  if ARGV[3] == '0' then
    if is_own then call('ZADD', KEYS[17], 0, plan) end
  elseif is_own or is_free then
    -- Whose lease was over may have been taken for dead: what it began before counts for nothing.
    if is_free then call('HINCRBY', KEYS[15], plan, 1) end
    call('HSET', KEYS[16], plan, owner)
    call('ZADD', KEYS[17], now + ARGV[3], plan)
    attended[#attended + 1] = call('HGET', KEYS[14], plan)
    attended[#attended + 1] = call('HGET', KEYS[15], plan)
  end
end
return attended
