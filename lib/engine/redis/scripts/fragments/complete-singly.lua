-- Completes attempts one by one, so that whoever watches is told of each.
-- ARGV[1..]: from `members` on n members, n leases, and if there is a window n tombstones
local function complete_one(tv, member, lease, window, result)
  local job = attempt_of(tv, member, lease)
  if not job then return 'l' end
  leave_active(job, false)
  finish(job, 'C', window, result)
  return 'o'
end

local function complete_singly(tv, window, n, members, statuses)
  local leases, texts = members + n, members + 2 * n
  for k = 0, n - 1 do
    local result = window > 0 and match(ARGV[texts + k], '\n[^\n]*\n(.*)$') or ''
    statuses[#statuses + 1] = complete_one(tv, ARGV[members + k], ARGV[leases + k], window, result)
  end
end
