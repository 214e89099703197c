#!lua flags=no-writes
-- Scheduled jobs of a type, soonest first; those of one time by version, and then by name.
-- KEYS[1..13] of the queue
-- ARGV[1] tag, ARGV[2] type, ARGV[3] most that are wanted, ARGV[4..6] due time, version and entry after which to go on, empty
-- at the beginning
-- returns due time, version and entry of each; an entry is a member behind the list that it goes to
--@include keys
--@include lines
--@include merge
-- Byte by byte, as sets are ordered: Lua's own comparison goes by the locale of the server.
local function sorts_after(a, b)
  for n = 1, #a do
    local x, y = string.byte(a, n), string.byte(b, n) or -1
    if x ~= y then return x > y end
  end
  return false
end

-- Where a set goes on after an entry that may have left it.
local function rank_after(key, due, entry)
  local low, high = call('ZCOUNT', key, '-inf', '(' .. due), call('ZCOUNT', key, '-inf', due)
  while low < high do
    local middle = floor((low + high) / 2)
    if sorts_after(call('ZRANGE', key, middle, middle)[1], entry) then high = middle else low = middle + 1 end
  end
  return low
end

local due, version, entry, sets, answer = ARGV[4], tonumber(ARGV[5]), ARGV[6], lines_of(ARGV[2]), {}
for _, set in ipairs(sets) do
  set.key, set.rank = P .. 's:' .. set.tv, 0
  if version and set.version == version then
    set.rank = rank_after(set.key, due, entry)
  elseif version then
    set.rank = call('ZCOUNT', set.key, '-inf', (set.version < version and '' or '(') .. due)
  end
end
for _, found in ipairs(merge(sets, 'ZRANGE', tonumber(ARGV[3]))) do
  local size = #answer
  answer[size + 1], answer[size + 2], answer[size + 3] = found.score, tostring(found.set.version), found.member
end
return answer
