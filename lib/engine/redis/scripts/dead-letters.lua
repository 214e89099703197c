#!lua flags=no-writes
-- Dead jobs of a queue, of one type or one group of it, newest burial first.
-- KEYS[1..13] of the queue
-- ARGV[1] tag, ARGV[2] type or empty, ARGV[3] group or empty, ARGV[4] most that are wanted, ARGV[5] position before which to begin,
-- or +inf
-- returns position, type, member and summary of each
--@include keys
--@include lines
--@include merge
--@include each-type
local group, before = ARGV[3], ARGV[5]
local sets, answer = group == '' and lines_of(ARGV[2]) or types_of(ARGV[2]), {}
for _, set in ipairs(sets) do
  set.key = group == '' and P .. 'd:' .. set.tv or P .. 'gm:' .. set.type .. '~' .. group
  set.rank = before == '+inf' and 0 or call('ZCOUNT', set.key, before, '+inf')
end
for _, found in ipairs(merge(sets, 'ZREVRANGE', tonumber(ARGV[4]))) do
  local size, set, member, tv = #answer, found.set, found.member, found.set.tv
  if group ~= '' then
    local version, rest = match(member, '^(%d+)~(.*)$')
    member, tv = rest, set.type .. '@' .. version
  end
  local summary = match(call('HGET', P .. 'dx:' .. tv, member) or '', '\n(.*)$') or ''
  answer[size + 1], answer[size + 2] = string.format('%.0f', found.score), set.type
  answer[size + 3], answer[size + 4] = member, summary
end
return answer
