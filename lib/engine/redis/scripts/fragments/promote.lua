-- Moves what is due from the schedule to the tail of its lists, the types that were due first before the others.
local function promote(limit)
  local moved, tv, at = 0, first_due()
  while tv and at <= now and moved < limit do
    local scheduled, lists = P .. 's:' .. tv, {}
    local due = call('ZRANGEBYSCORE', scheduled, '-inf', now, 'LIMIT', 0, limit - moved)
    for _, entry in ipairs(due) do
      local mark = sub(entry, 1, 1)
      local list = lists[mark] or {}
      list[#list + 1] = sub(entry, 2)
      lists[mark] = list
    end
    for mark, list in pairs(lists) do call('RPUSH', P .. 'w:' .. tv .. ':' .. mark, unpack(list)) end
    if #due > 0 then call('ZREM', scheduled, unpack(due)) end
    refresh_due(tv)
    ring(tv, #due)
    moved = moved + #due
    tv, at = first_due()
  end
  return moved
end
