#!lua flags=allow-oom
-- Opens a queue's part of a plan, which marks what is dead by now, or shuts out whoever moved it before; tells the audit why.
-- KEYS[1..13] of the queue, KEYS[14] the part, KEYS[15] audit, KEYS[16] what it has under way
-- ARGV[1] tag, ARGV[2] fence, ARGV[3] queue, ARGV[4] revision of the plan, ARGV[5..10] action, actor, reason, plan, before and
-- after for the audit
-- returns the part, or nil for a fence that was shut out
--@include keys
--@include token
--@include audit
--@include part
local known = call('HMGET', KEYS[14], 'fence', 'cursor', 'told')
if known[1] and tonumber(known[1]) > tonumber(ARGV[2]) then return nil end
call('HSET', KEYS[14], 'fence', ARGV[2])
if not known[2] then call('HSET', KEYS[14], 'cursor', next_token() .. '~' .. ARGV[3]) end
if tonumber(known[3] or 0) < tonumber(ARGV[4]) then
  call('HSET', KEYS[14], 'told', ARGV[4])
  audit(ARGV[5], ARGV[6], ARGV[7], ARGV[8], ARGV[9], ARGV[10])
end
return part_now()
