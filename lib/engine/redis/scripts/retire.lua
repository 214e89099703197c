#!lua flags=allow-oom
-- Forgets a worker.
-- KEYS[1..13] of the queue, KEYS[14] worker leases, KEYS[15] announcements, KEYS[16..] last answers of its lanes
-- ARGV[1] tag, ARGV[2] worker
-- returns 1 if it was known
--@include keys
local known = call('ZREM', KEYS[14], ARGV[2])
call('HDEL', KEYS[15], ARGV[2])
call('ZREM', IDLE, ARGV[2])
if #KEYS > 15 then call('DEL', unpack(KEYS, 16)) end
return known
