-- The runs of a cron entry: how many wait, are due later, or run; and the worker of one that runs.
local function live_runs(tv)
  local live = call('HLEN', P .. 'a:' .. tv) + call('ZCARD', P .. 's:' .. tv) - (call('HGET', GHOSTS, tv) or 0)
  for _, mark in ipairs({ 's', '0', '1', '2', '3' }) do live = live + call('LLEN', P .. 'w:' .. tv .. ':' .. mark) end
  return live
end

local function runner_of(tv)
  local lease = call('HVALS', P .. 'a:' .. tv)[1]
  return lease and match(lease, '^[^|]*|([^|]*)|') or ''
end
