-- Numbers that only rise, one line of them per queue: fencing tokens, the order of burials, the ids of alerts. As text,
-- because Lua's own conversion loses digits.
local last_token

local function next_token()
  local first = not last_token
  last_token = math.max((last_token or 0) + 1, micros)
  local text = string.format('%.0f', last_token)
  local before = call('SET', TOKEN, text, 'GET')
  if first and before and tonumber(before) >= last_token then
    last_token = before + 1
    text = string.format('%.0f', last_token)
    call('SET', TOKEN, text)
  end
  return text
end
