-- Completes many attempts of one type at once; each by itself while anybody watches any job.
-- ARGV[1..]: from `at` on type@version, window, attempts n, with results or not (1 or 0), then n members, n leases, n places
-- and n results if there are any
local function complete_one(tv, member, lease, window, result)
  local job = attempt_of(tv, member, lease)
  if not job then return 'l' end
  leave_active(job, false)
  finish(job, 'C', window, result)
  return 'o'
end

local function complete(at, statuses)
  local tv, window, n = ARGV[at], tonumber(ARGV[at + 1]), tonumber(ARGV[at + 2])
  local members, leases, places, results = at + 4, at + 4 + n, at + 4 + 2 * n, ARGV[at + 3] == '1' and at + 4 + 3 * n
  local past_end = members + (results and 4 or 3) * n
  if has_watched then
    for k = 0, n - 1 do
      statuses[#statuses + 1] = complete_one(tv, ARGV[members + k], ARGV[leases + k], window, results and ARGV[results + k] or '')
    end
    return past_end
  end
  local active, ended, ended_places, values = P .. 'a:' .. tv, {}, {}, {}
  local held = call('HMGET', active, unpack(ARGV, members, members + n - 1))
  local times = tombstone_times(window)
  for k = 0, n - 1 do
    local lease, size = ARGV[leases + k], #ended + 1
    if held[k + 1] ~= lease then
      statuses[#statuses + 1] = 'l'
    else
      statuses[#statuses + 1] = 'o'
      ended[size], ended_places[size] = ARGV[members + k], ARGV[places + k]
      local key, tombstone = P .. 'j:' .. ARGV[places + k], '1C' .. sub(lease, find(lease, '\n', 1, true) + 1) .. times
      if results then tombstone = tombstone .. ARGV[results + k] end
      if window > 0 then values[2 * size - 1], values[2 * size] = key, tombstone else values[size] = key end
    end
  end
  if #ended > 0 then
    local pasts = has_pasts and call('HMGET', PASTS, unpack(ended))
    call('HDEL', active, unpack(ended))
    if window > 0 then
      call('MSET', unpack(values))
      forget_later(now + window, ended_places, 1, #ended)
    else
      call('DEL', unpack(values))
    end
    call('HINCRBY', COUNTS, tv .. ':completed', #ended)
    count('completed:' .. match(tv, '^[^@]+'), #ended)
    if pasts then forget_pasts(ended, ended_places, pasts) end
  end
  return past_end
end
