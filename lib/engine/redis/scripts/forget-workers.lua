#!lua flags=allow-oom
-- Forgets workers whose lease is over.
-- KEYS[1..13] of the queue, KEYS[14] worker leases, KEYS[15] announcements
-- ARGV[1] tag, ARGV[2..] workers
-- returns how many were forgotten
--@include keys
local forgotten = 0
for n = 2, #ARGV do
  local worker = ARGV[n]
  local lives_until = call('ZSCORE', KEYS[14], worker)
  if lives_until and tonumber(lives_until) <= now then
    call('ZREM', KEYS[14], worker)
    call('HDEL', KEYS[15], worker)
    call('ZREM', IDLE, worker)
    forgotten = forgotten + 1
  end
end
return forgotten
