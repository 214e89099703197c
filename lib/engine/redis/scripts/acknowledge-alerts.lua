#!lua flags=allow-oom
-- Forgets alerts that were delivered.
-- KEYS[1..13] of the queue
-- ARGV[1] tag, ARGV[2..] ids
-- returns how many there were
--@include keys
call('HDEL', ALERTS, unpack(ARGV, 2))
return call('ZREM', OUTBOX, unpack(ARGV, 2))
