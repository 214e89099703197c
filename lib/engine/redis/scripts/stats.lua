#!lua flags=no-writes
-- One reading of a queue's ledger.
-- KEYS[1..13] of the queue
-- ARGV[1] tag
-- returns what is paused as a list, and for each type@version a list: name, scheduled, waiting, active, dead, accepted,
-- completed, cancelled and resolved
--@include keys
local answer = { call('HKEYS', PAUSED) }
for _, tv in ipairs(call('SMEMBERS', TYPES)) do
  local waiting = -tonumber(call('HGET', GHOSTS, tv) or 0)
  for _, mark in ipairs({ 's', '0', '1', '2', '3' }) do waiting = waiting + call('LLEN', P .. 'w:' .. tv .. ':' .. mark) end
  local figures = { tv, call('ZCARD', P .. 's:' .. tv), waiting, call('HLEN', P .. 'a:' .. tv), call('ZCARD', P .. 'd:' .. tv) }
  local counted = call('HMGET', COUNTS, tv .. ':accepted', tv .. ':completed', tv .. ':cancelled', tv .. ':resolved')
  for n = 1, 4 do figures[5 + n] = tonumber(counted[n] or 0) end
  answer[#answer + 1] = figures
end
return answer
