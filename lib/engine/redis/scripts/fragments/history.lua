-- The attempts of a job over all its lives. The first 5 and the last 45 are whole; of one between, the short form that
-- stands behind it stays.
local WHOLE, TAIL = 50, 45

local function write_history(id, entry)
  local key = P .. 'l:' .. id
  local middle = call('LLEN', key) >= WHOLE and call('LINDEX', key, -TAIL)
  call('RPUSH', key, entry)
  if middle then call('LSET', key, -TAIL - 1, match(middle, '\n(.*)$') or middle) end
end
