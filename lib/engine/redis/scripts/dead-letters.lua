#!lua flags=no-writes
-- Dead jobs of a queue, or of one type of it, newest burial first.
-- KEYS[1..13] of the queue
-- ARGV[1] tag, ARGV[2] type or empty, ARGV[3] most that are wanted, ARGV[4] position before which to begin, or +inf
-- returns position, type, member and summary of each
--@include keys
--@include lines
--@include merge
local sets, answer = lines_of(ARGV[2]), {}
for _, set in ipairs(sets) do
  set.key = P .. 'd:' .. set.tv
  set.rank = ARGV[4] == '+inf' and 0 or call('ZCOUNT', set.key, ARGV[4], '+inf')
end
for _, found in ipairs(merge(sets, 'ZREVRANGE', tonumber(ARGV[3]))) do
  local size, set = #answer, found.set
  local summary = match(call('HGET', P .. 'dx:' .. set.tv, found.member) or '', '\n(.*)$') or ''
  answer[size + 1], answer[size + 2] = string.format('%.0f', found.score), set.type
  answer[size + 3], answer[size + 4] = found.member, summary
end
return answer
