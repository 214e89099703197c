-- An alert, written in the same move as what it tells of; whoever delivers alerts takes it from there.
local function alert(kind, data)
  local id = next_token()
  call('ZADD', OUTBOX, now, id)
  call('HSET', ALERTS, id, kind .. ' ' .. now .. ' ' .. data)
end
