#!lua flags=allow-oom
-- Lets go of audit lines that are older than somebody asked for them to be kept.
-- KEYS[1..13] of the queue, KEYS[14] audit
-- ARGV[1] tag, ARGV[2] milliseconds
-- returns how many there were
--@include keys
return call('XTRIM', KEYS[14], 'MINID', string.format('%.0f', now - ARGV[2]))
