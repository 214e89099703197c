#!lua flags=allow-oom
-- Lets a lock live on that is still its owner's.
-- KEYS[1..13] of the locks, KEYS[14] the lock
-- ARGV[1] tag, ARGV[2] owner, ARGV[3] milliseconds from now
-- returns 1, or 0 when the owner has it no more
--@include keys
if match(call('GET', KEYS[14]) or '', '^%S+') ~= ARGV[2] then return 0 end
return call('PEXPIRE', KEYS[14], ARGV[3])
