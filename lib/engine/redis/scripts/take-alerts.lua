#!lua flags=allow-oom
-- Takes alerts that nobody holds, the longest available first, and keeps others off them for a while.
-- KEYS[1..13] of the queue
-- ARGV[1] tag, ARGV[2] most, ARGV[3] milliseconds for which they are held
-- returns id and `<kind> <at> <data>` of each
--@include keys
local ids = call('ZRANGEBYSCORE', OUTBOX, '-inf', now, 'LIMIT', 0, ARGV[2])
local taken = {}
for n, id in ipairs(ids) do
  call('ZADD', OUTBOX, now + ARGV[3], id)
  taken[2 * n - 1], taken[2 * n] = id, call('HGET', ALERTS, id)
end
return taken
