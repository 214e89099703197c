-- Numbers that only rise, one line of them per queue: fencing tokens, the order of burials, the ids of alerts. As text,
-- because Lua's own conversion loses digits.
local last_token

local function next_token()
  last_token = last_token or tonumber(call('GET', TOKEN) or 0)
  last_token = math.max(last_token + 1, micros)
  local text = string.format('%.0f', last_token)
  call('SET', TOKEN, text)
  return text
end
