#!lua flags=allow-oom
-- Pauses or resumes a queue or a type of it, and wakes workers for what waited.
-- KEYS[1..13] of the queue, KEYS[14] ring of the client, KEYS[15] audit
-- ARGV[1] tag, ARGV[2..4] number of the operation and size and life of the ring, ARGV[5] type, or * for the queue, ARGV[6] 1 to
-- pause, 0 to resume, ARGV[7] what the audit calls it, ARGV[8] actor, ARGV[9] reason
-- returns 1 when it was paused before, else 0
--@include keys
--@include bell
--@include ring
--@include lines
--@include audit
local before = recall()
if before then return before end

local was, pauses = tostring(call('HEXISTS', PAUSED, ARGV[5])), ARGV[6] == '1'
if pauses then call('HSET', PAUSED, ARGV[5], 1) else call('HDEL', PAUSED, ARGV[5]) end
audit(pauses and 'pause' or 'resume', ARGV[8], ARGV[9], ARGV[7], '{"paused":' .. (was == '1' and 'true' or 'false') .. '}')
remember(was)
if not pauses then
  for _, line in ipairs(lines_of(ARGV[5] == '*' and '' or ARGV[5])) do
    local waiting = 0
    for _, mark in ipairs({ 's', '0', '1', '2', '3' }) do waiting = waiting + call('LLEN', P .. 'w:' .. line.tv .. ':' .. mark) end
    if waiting > 0 then ring(line.tv, waiting) end
  end
  ring_bells()
end
return was
