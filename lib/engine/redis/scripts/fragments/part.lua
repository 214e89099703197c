-- A queue's part of a plan: how far it has come, and by whom it may be moved.
-- KEYS[14] the part, KEYS[16] what it has under way
local FIGURES = { 'cursor', 'over', 'moved', 'missed', 'completed', 'died', 'cancelled' }

-- A part that nobody opened may be moved by nobody.
local function is_shut_out(fence)
  local highest = call('HGET', KEYS[14], 'fence')
  return not highest or tonumber(highest) > tonumber(fence)
end

local function add_to_part(figure, by)
  if by > 0 then call('HINCRBY', KEYS[14], figure, by) end
end

-- What the part is now, and how many are under way.
local function part_now()
  local part = call('HMGET', KEYS[14], unpack(FIGURES))
  for n = 1, #FIGURES do part[n] = part[n] or '' end
  part[#FIGURES + 1] = tostring(call('ZCARD', KEYS[16]))
  return part
end
