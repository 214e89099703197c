-- Times that a client reckons from the store's answers and writes into its texts, so that none has to be put together here.
-- One that is not at most a second behind the store's own clock counts for nothing.
local MOST_BEHIND_MS = 1000

local function is_reckoned_well(text)
  local at = tonumber(text)
  return at <= now and at >= now - MOST_BEHIND_MS
end
