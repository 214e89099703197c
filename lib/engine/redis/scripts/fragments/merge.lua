-- Reads several sorted sets as one. Of each set: `key`, and `rank`, from which on it is read.
local function read_head(set, command)
  local found = call(command, set.key, set.rank, set.rank, 'WITHSCORES')
  set.member, set.text, set.score = found[1], found[2], tonumber(found[2])
end

-- The first `count` of all sets, in the order of the scores; a tie goes to the set that stands first.
local function merge(sets, command, count)
  local merged, sign = {}, command == 'ZREVRANGE' and -1 or 1
  for _, set in ipairs(sets) do read_head(set, command) end
  while #merged < count do
    local best
    for _, set in ipairs(sets) do
      if set.member and (not best or sign * set.score < sign * best.score) then best = set end
    end
    if not best then return merged end
    merged[#merged + 1] = { set = best, member = best.member, score = best.text }
    best.rank = best.rank + 1
    read_head(best, command)
  end
  return merged
end
