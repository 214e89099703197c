#!lua flags=no-writes
-- Groups of dead letters of a queue, or of one type of it, the one with the newest burial first.
-- KEYS[1..13] of the queue
-- ARGV[1] tag, ARGV[2] type or empty, ARGV[3] most that are wanted, ARGV[4] position before which to begin, or +inf, ARGV[5] samples
-- returns position, type, group, number of members, the lines of GROUPS, number of samples, and the samples (version~member)
--@include keys
--@include lines
--@include merge
--@include each-type
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
  answer[size + 6] = #samples
  for n, sample in ipairs(samples) do answer[size + 6 + n] = sample end
end
return answer
