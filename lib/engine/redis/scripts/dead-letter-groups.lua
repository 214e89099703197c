#!lua flags=no-writes
-- Groups of dead letters of a queue, or of one type of it, the one with the newest burial first.
-- KEYS[1..13] of the queue
-- ARGV[1] tag, ARGV[2] type or empty, ARGV[3] most that are wanted, ARGV[4] position before which to begin, or +inf, ARGV[5] samples,
-- ARGV[6] hours to count, 0 for none
-- returns position, type, group, number of members, the lines of GROUPS, burials by hour before now, number of samples, and the samples
-- (version~member)
--@include keys
--@include lines
--@include merge
--@include each-type
local HOUR, HOURS, bounds = 3600000000, tonumber(ARGV[6]), {}
for hour = 1, HOURS do bounds[hour] = string.format('(%.0f', micros - hour * HOUR) end

-- Nobody is buried later than now, save by a clock that was set back.
local function within(members, hours)
  return call('ZCOUNT', members, bounds[hours], '+inf')
end

-- Into the hours from the first to the last go `count`. Halves are looked at only where there is something to tell apart.
local function tell_apart(counts, members, first, last, newer, count)
  if count == 0 or first == last then
    for hour = first, last do counts[hour] = count end
    return
  end
  local middle = floor((first + last) / 2)
  local half = within(members, middle) - newer
  tell_apart(counts, members, first, middle, newer, half)
  tell_apart(counts, members, middle + 1, last, newer + half, count - half)
end

-- The newest hour first.
local function by_hour(members)
  local counts = {}
  if HOURS > 0 then tell_apart(counts, members, 1, HOURS, 0, within(members, HOURS)) end
  return table.concat(counts, ' ')
end

local sets, answer = types_of(ARGV[2]), {}
for _, set in ipairs(sets) do
  set.key = P .. 'gi:' .. set.type
  set.rank = ARGV[4] == '+inf' and 0 or call('ZCOUNT', set.key, ARGV[4], '+inf')
end
for _, found in ipairs(merge(sets, 'ZREVRANGE', tonumber(ARGV[3]))) do
  local type, group = found.set.type, found.member
  local members, size = P .. 'gm:' .. type .. '~' .. group, #answer
  local samples = call('ZREVRANGE', members, 0, ARGV[5] - 1)
  answer[size + 1], answer[size + 2], answer[size + 3] = string.format('%.0f', found.score), type, group
  answer[size + 4], answer[size + 5] = call('ZCARD', members), call('HGET', GROUPS, type .. '~' .. group)
  answer[size + 6], answer[size + 7] = by_hour(members), #samples
  for n, sample in ipairs(samples) do answer[size + 7 + n] = sample end
end
return answer
