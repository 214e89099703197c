-- Completes many attempts of one type with a few commands; each by itself while anybody watches any job.
-- ARGV[1..]: from `at` on type@version, window, attempts n, the end as the worker reckons it, then n members, n leases, and if
-- there is a window n tombstones, and n places
-- Of those that still hold: members and places, and what is to be written or deleted.
local function held_of(tv, window, n, members, statuses)
  local leases, places, texts = members + n, members + (window > 0 and 3 or 2) * n, window > 0 and members + 2 * n
  local held = call('HMGET', P .. 'a:' .. tv, unpack(ARGV, members, leases - 1))
  local ended, ended_places, values, told, size, base = {}, {}, {}, #statuses, 0, P .. 'j:'
  for k = 0, n - 1 do
    local is_held = held[k + 1] == ARGV[leases + k]
    statuses[told + k + 1] = is_held and 'o' or 'l'
    if is_held then
      size = size + 1
      local place = ARGV[places + k]
      ended[size], ended_places[size] = ARGV[members + k], place
      if texts then
        values[2 * size - 1], values[2 * size] = base .. place, ARGV[texts + k]
      else
        values[size] = base .. place
      end
    end
  end
  return size, ended, ended_places, values
end

-- When they ended: as the worker says, or now.
local function timed(values, reckoned, window)
  if is_reckoned_well(reckoned) then return tonumber(reckoned) end
  local times = tombstone_times(window)
  for n = 2, #values, 2 do values[n] = string.gsub(values[n], '\n[^\n]*\n', times, 1) end
  return now
end

local function complete(at, statuses)
  local tv, window, n, members = ARGV[at], tonumber(ARGV[at + 1]), tonumber(ARGV[at + 2]), at + 4
  local past_end = members + (window > 0 and 4 or 3) * n
  if has_watched then
    complete_singly(tv, window, n, members, statuses)
    return past_end
  end
  local size, ended, places, values = held_of(tv, window, n, members, statuses)
  if size > 0 then
    local pasts = has_pasts and call('HMGET', PASTS, unpack(ended))
    call('HDEL', P .. 'a:' .. tv, unpack(ended))
    if window > 0 then
      local ended_at = timed(values, ARGV[at + 3], window)
      call('MSET', unpack(values))
      forget_later(ended_at + window, places, 1, size)
    else
      call('DEL', unpack(values))
    end
    call('HINCRBY', COUNTS, tv .. ':completed', size)
    count('completed:' .. match(tv, '^[^@]+'), size)
    if pasts then forget_pasts(ended, places, pasts) end
  end
  return past_end
end
