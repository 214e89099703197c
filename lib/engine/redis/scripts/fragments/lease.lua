-- Moves jobs from the head of a list to active, each under a lease.
local PLAIN, MOST_LOOKS = 80, 8

-- The lease of a job that is more than its payload or has a past.
local function special_lease(demand, member, record, past)
  local head, deadline = match(record, '^[^\n]*', 3), demand.deadline
  if byte(record, 3) ~= PLAIN then
    local expires, timeout = match(head, ' (%d+) (%d+)$')
    if timeout ~= '0' then deadline = now + timeout + demand.grace end
    if expires ~= '0' then call('ZREM', P .. 'e:' .. demand.type, member) end
  end
  local attempt = past and match(past, '^%d+') + 1 or 1
  return demand.lead .. attempt .. '|' .. string.format('%.0f', deadline) .. '\n' .. head
end

-- Up to `most` of a list into `claims`: what is leased of each, and how many. `claims.cut` when ghosts hid what is left.
local function take(demand, list, most, claims)
  local taken = 0
  for look = 1, MOST_LOOKS + 1 do
    local members = taken < most and call('LRANGE', list, 0, most - taken - 1) or {}
    if #members == 0 then return taken end
    if look > MOST_LOOKS then claims.cut = true return taken end
    local live, records, seen = living(demand.type, members)
    if seen == 0 then return taken end
    local pasts, leases = has_pasts and #live > 0 and call('HMGET', PASTS, unpack(live)), {}
    if #live > 0 then begin_claims(demand, claims, #live) end
    for n, member in ipairs(live) do
      local record, past, lease = records[n], pasts and pasts[n], nil
      if past or byte(record, 3) ~= PLAIN then
        lease = special_lease(demand, member, record, past)
        add(claims, member, record, (past or '') .. '\n' .. lease)
      else
        lease = demand.common .. sub(record, 3, find(record, '\n', 4, true) - 1)
        add(claims, member, record, '')
      end
      leases[2 * n - 1], leases[2 * n] = member, lease
    end
    call('LTRIM', list, seen, -1)
    if #live < seen then call('HINCRBY', GHOSTS, demand.tv, #live - seen) end
    if #live > 0 then call('HSET', P .. 'a:' .. demand.tv, unpack(leases)) end
    taken = taken + #live
    if seen < #members then return taken end
  end
  return taken
end
