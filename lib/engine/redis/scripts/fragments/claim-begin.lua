-- What claims need of a type: its lists, and what its leases have in common.
local TOP_DOWN, BOTTOM_UP = { '0', '1', '2', '3' }, { '3', '2', '1', '0' }

local function lists_of(tv)
  local base = P .. 'w:' .. tv .. ':'
  return { ['0'] = base .. '0', ['1'] = base .. '1', ['2'] = base .. '2', ['3'] = base .. '3', s = base .. 's' }
end

local function lists_in_use(lists)
  return call('EXISTS', lists['1'], lists['0'], lists['2'], lists['3'], lists.s)
end

-- Begins a group of claims, for the first of a demand with the fencing token, one for all of a script, and what its leases have
-- in common. Returns where the group says whether it has special ones, and the place before its members. Sizes are counted,
-- since to ask a table for its length is to search for its end.
local function begin_claims(demand, claims, jobs)
  claims.token = claims.token or next_token()
  if not demand.lead then
    demand.grace, demand.deadline = claims.grace, now + demand.timeout + claims.grace
    demand.lead = claims.token .. '|' .. claims.worker .. '|' .. now_text .. '|'
    demand.common = demand.lead .. '1|' .. string.format('%.0f', demand.deadline)
    claims.lines[#claims.lines + 1] = demand.tv
  end
  local size = claims.size
  claims[size + 1], claims[size + 2], claims[size + 3], claims[size + 4] = demand.tv, demand.common, jobs, '0'
  return size + 4, size + 4
end
