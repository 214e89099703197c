-- Scheduled jobs. A member of `s:<type@version>` begins with the list it goes to when it is due: its level, or `s` for a
-- suspect.
local may_be_due = true

local function first_due()
  if not may_be_due then return nil end
  local first = call('ZRANGE', DUE, 0, 0, 'WITHSCORES')
  return first[1], tonumber(first[2])
end

-- `entries` is due, member, due, member, …
local function schedule(tv, entries, soonest)
  local _, before = first_due()
  may_be_due = true
  call('ZADD', P .. 's:' .. tv, unpack(entries))
  call('ZADD', DUE, 'LT', soonest, tv)
  if not before or soonest < before then ring_alarm(tv) end
end

local function refresh_due(tv)
  local first = call('ZRANGE', P .. 's:' .. tv, 0, 0, 'WITHSCORES')
  if first[2] then call('ZADD', DUE, first[2], tv) else call('ZREM', DUE, tv) end
end
