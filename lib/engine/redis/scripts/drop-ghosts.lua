#!lua flags=allow-oom
-- Empties lists in which nobody is left but ghosts: of types that are paused, or that nobody handles.
-- KEYS[1..13] of the queue
-- ARGV[1] tag, ARGV[2] most
-- returns how many ghosts were dropped
--@include keys
--@include record
--@include living
local MARKS, left = { '0', '1', '2', '3', 's' }, tonumber(ARGV[2])

local function size_of(tv)
  local size = 0
  for _, mark in ipairs(MARKS) do size = size + call('LLEN', P .. 'w:' .. tv .. ':' .. mark) end
  return size
end

local function drop(tv)
  for _, mark in ipairs(MARKS) do
    local list = P .. 'w:' .. tv .. ':' .. mark
    local members = left > 0 and call('LRANGE', list, 0, left - 1) or {}
    if #members > 0 then
      local found = #members
      local live, _, _, seen = living(match(tv, '^[^@]+'), members)
      if live > 0 or seen < found then return end
      call('LTRIM', list, seen, -1)
      call('HINCRBY', GHOSTS, tv, -seen)
      left = left - seen
    end
  end
end

local ghosts = call('HGETALL', GHOSTS)
for n = 1, #ghosts, 2 do
  local tv, number = ghosts[n], tonumber(ghosts[n + 1])
  if number == 0 then call('HDEL', GHOSTS, tv) end
  if number > 0 and left > 0 and number >= size_of(tv) then drop(tv) end
end
return ARGV[2] - left
