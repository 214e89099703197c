#!lua flags=no-writes
-- One reading of a queue's ledger.
-- KEYS[1..13] of the queue
-- ARGV[1] tag
-- returns what is paused as a list, and for each type@version a list: name, scheduled, waiting, active, dead, accepted,
-- completed, cancelled and resolved
--@include keys
local answer, ghosts, ghosts_of = { call('HKEYS', PAUSED) }, call('HGETALL', GHOSTS), {}
for n = 1, #ghosts, 2 do ghosts_of[ghosts[n]] = ghosts[n + 1] end

for _, tv in ipairs(call('SMEMBERS', TYPES)) do
  local counted = call('HMGET', COUNTS, tv .. ':accepted', tv .. ':completed', tv .. ':cancelled', tv .. ':resolved')
  local list, waiting = P .. 'w:' .. tv .. ':', -(ghosts_of[tv] or 0)
  for _, mark in ipairs({ 's', '0', '1', '2', '3' }) do waiting = waiting + call('LLEN', list .. mark) end
  answer[#answer + 1] = {
    tv, call('ZCARD', P .. 's:' .. tv), waiting, call('HLEN', P .. 'a:' .. tv), call('ZCARD', P .. 'd:' .. tv),
    tonumber(counted[1] or 0), tonumber(counted[2] or 0), tonumber(counted[3] or 0), tonumber(counted[4] or 0),
  }
end
return answer
