-- Reads several sorted sets as one. Of each set: `key`, and `rank`, from which on it is read.

-- As many at once as are its share: what is not needed was read in vain, what is missing is read later.
local function read_head(set, command, share)
  if not set.read or set.at > #set.read then
    set.read, set.at = call(command, set.key, set.rank, set.rank + share - 1, 'WITHSCORES'), 1
  end
  set.member, set.text = set.read[set.at], set.read[set.at + 1]
  set.score, set.at = tonumber(set.text), set.at + 2
end

-- The first `count` of all sets, in the order of the scores; a tie goes to the set that stands first.
local function merge(sets, command, count)
  local merged, sign, share = {}, command == 'ZREVRANGE' and -1 or 1, math.ceil(count / math.max(1, #sets))
  for _, set in ipairs(sets) do read_head(set, command, share) end
  while #merged < count do
    local best
    for _, set in ipairs(sets) do
      if set.member and (not best or sign * set.score < sign * best.score) then best = set end
    end
    if not best then return merged end
    merged[#merged + 1] = { set = best, member = best.member, score = best.text }
    best.rank = best.rank + 1
    if #merged < count then read_head(best, command, share) end
  end
  return merged
end
