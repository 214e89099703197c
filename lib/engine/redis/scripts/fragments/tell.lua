-- Tells who watches a job of its end. Nobody watching is the rule and costs one look.
local has_watched = is_there(WATCHED)

local function is_watched(id)
  return has_watched and call('ZSCORE', WATCHED, id) ~= false
end

local function tell_end(id, state, text)
  if not is_watched(id) then return end
  call('ZREM', WATCHED, id)
  call('PUBLISH', P .. 'end', id .. '\n' .. state .. '\n' .. text)
end
