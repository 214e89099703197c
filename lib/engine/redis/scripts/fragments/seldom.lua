-- What is seldom there, looked for at once: where there is none of it, as in most turns, one look is enough.
local some_is_there = call('EXISTS', PASTS, WATCHED, PAUSED, DUE, IDLE) > 0

local function is_there(key)
  return some_is_there and call('EXISTS', key) == 1
end
