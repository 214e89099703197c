#!lua flags=allow-oom
-- Renews a worker's lease, registers what it announces, and tells which of its attempts are not its own any more.
-- KEYS[1..13] of the queue, KEYS[14] worker leases, KEYS[15] announcements, KEYS[16] what `onDead` makes of each type
-- ARGV[1] tag, ARGV[2] worker, ARGV[3] milliseconds of the lease, ARGV[4] announcement
-- ARGV[5..] type@version, member and lease of each attempt that the worker holds
-- returns now, indices of lost attempts, indices of attempts whose cancellation was asked for; indices count from 0
--@include keys
--@include seldom
--@include past
local lost, wanted = {}, {}
call('ZADD', KEYS[14], now + tonumber(ARGV[3]), ARGV[2])
call('HSET', KEYS[15], ARGV[2], ARGV[4])
-- Outlives the worker: what dies when nobody is left to handle it is compensated as well.
for _, handled in ipairs(cjson.decode(ARGV[4]).handles) do
  if handled.compensatedBy then
    call('HSET', KEYS[16], handled.type, handled.compensatedBy)
  else
    call('HDEL', KEYS[16], handled.type)
  end
end
-- Watchers that went away without a word: while anybody watches, completions are told one by one.
call('ZREMRANGEBYSCORE', WATCHED, '-inf', now)
for at = 5, #ARGV, 3 do
  local index = (at - 5) / 3
  if call('HGET', P .. 'a:' .. ARGV[at], ARGV[at + 1]) ~= ARGV[at + 2] then
    lost[#lost + 1] = index
  elseif has_pasts and past_of(ARGV[at + 1]).cancel then
    wanted[#wanted + 1] = index
  end
end
return { tostring(now), lost, wanted }
