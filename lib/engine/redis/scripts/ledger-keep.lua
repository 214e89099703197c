#!lua flags=allow-oom
-- Keeps a reading of the books, and alerts of what is wrong in it and was not in the one before.
-- KEYS[1..13] of the queue, KEYS[14] the last reading
-- ARGV[1] tag, ARGV[2] the reading, ARGV[3] what is wrong in it, a line each, or empty, ARGV[4] text of the alert
-- returns 1 if an alert was written
--@include keys
--@include token
--@include alert
local before, is_new = '\n' .. (call('HGET', KEYS[14], 'trouble') or '') .. '\n', 0
for part in string.gmatch(ARGV[3], '[^\n]+') do
  if not find(before, '\n' .. part .. '\n', 1, true) then is_new = 1 end
end
call('HSET', KEYS[14], 'text', ARGV[2], 'trouble', ARGV[3])
if is_new == 1 then alert('queue.ledger-broken', ARGV[4]) end
return is_new
