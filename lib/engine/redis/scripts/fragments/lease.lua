-- Moves jobs from the head of a list to active, each under a lease.
local PLAIN, MOST_LOOKS = 80, 8

-- The lease of a job that is more than its payload or has a past.
local function special_lease(demand, member, record, past)
  local deadline = demand.deadline
  if byte(record, 3) ~= PLAIN then
    local expires, timeout = match(record, ' (%d+) (%d+)\n')
    if timeout ~= '0' then deadline = now + timeout + demand.grace end
    if expires ~= '0' then call('ZREM', P .. 'e:' .. demand.type, member) end
  end
  local attempt = past and match(past, '^%d+') + 1 or 1
  return demand.lead .. attempt .. '|' .. string.format('%.0f', deadline)
end

-- Leases so many of these members, and adds them to `claims`: all members, all records and, if one of them is special, of each
-- its past and lease.
local function hold(demand, claims, jobs, members, records)
  local pasts, leases, specials = has_pasts and call('HMGET', PASTS, unpack(members, 1, jobs)), {}, nil
  local header, first = begin_claims(demand, claims, jobs)
  for n = 1, jobs do
    local member, record, past, text = members[n], records[n], pasts and pasts[n], demand.common
    if past or byte(record, 3) ~= PLAIN then
      text = special_lease(demand, member, record, past)
      specials = specials or {}
      specials[n] = (past or '') .. '\n' .. text
    end
    claims[first + n], claims[first + jobs + n] = member, record
    leases[2 * n - 1], leases[2 * n] = member, text
  end
  claims.size = first + 2 * jobs
  if specials then
    for n = 1, jobs do claims[claims.size + n] = specials[n] or '' end
    claims[header], claims.size = '1', claims.size + jobs
  end
  call('HSET', P .. 'a:' .. demand.tv, unpack(leases))
end

-- Up to `most` of a list into `claims`: what is leased of each, and how many. `claims.cut` when ghosts hid what is left.
local function take(demand, list, most, claims)
  local taken = 0
  for look = 1, MOST_LOOKS + 1 do
    local members = taken < most and call('LRANGE', list, 0, most - taken - 1) or {}
    if #members == 0 then return taken end
    if look > MOST_LOOKS then claims.cut = true return taken end
    local looked_at = #members
    local live, found, records, seen = living(demand.type, members)
    if seen == 0 then return taken end
    if live > 0 then hold(demand, claims, live, found, records) end
    call('LTRIM', list, seen, -1)
    if live < seen then call('HINCRBY', GHOSTS, demand.tv, live - seen) end
    taken = taken + live
    if seen < looked_at then return taken end
  end
  return taken
end
