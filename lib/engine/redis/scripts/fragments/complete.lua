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
  local times, told, size, base = tombstone_times(window), #statuses, 0, P .. 'j:'
  for k = 0, n - 1 do
    local lease, place = ARGV[leases + k], ARGV[places + k]
    local is_held = held[k + 1] == lease
    statuses[told + k + 1] = is_held and 'o' or 'l'
    if is_held then
      size = size + 1
      ended[size], ended_places[size] = ARGV[members + k], place
      if window > 0 then
        local head = sub(lease, find(lease, '\n', 1, true) + 1)
        values[2 * size - 1], values[2 * size] = base .. place, '1C' .. head .. times .. (results and ARGV[results + k] or '')
      else
        values[size] = base .. place
      end
    end
  end
  if size > 0 then
    local pasts = has_pasts and call('HMGET', PASTS, unpack(ended))
    call('HDEL', active, unpack(ended))
    if window > 0 then
      call('MSET', unpack(values))
      forget_later(now + window, ended_places, 1, size)
    else
      call('DEL', unpack(values))
    end
    call('HINCRBY', COUNTS, tv .. ':completed', size)
    count('completed:' .. match(tv, '^[^@]+'), size)
    if pasts then forget_pasts(ended, ended_places, pasts) end
  end
  return past_end
end
