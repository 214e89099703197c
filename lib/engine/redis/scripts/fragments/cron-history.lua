-- The history of a cron entry: the newest lines by count and by age.
-- KEYS[16] entry, KEYS[17] texts of its lines, KEYS[18] their order
local MOST_LINES, OLDEST_MS, MOST_DURATIONS = 100, 7776000000, 20

-- True when there was no such line.
local function keep_line(field, text)
  if call('HSET', KEYS[17], field, text) == 0 then return false end
  call('LPUSH', KEYS[18], field)
  local oldest = call('LINDEX', KEYS[18], -1)
  while call('LLEN', KEYS[18]) > MOST_LINES or tonumber(match(oldest, '^%d+')) < now - OLDEST_MS and oldest ~= field do
    call('HDEL', KEYS[17], call('RPOP', KEYS[18]))
    oldest = call('LINDEX', KEYS[18], -1)
  end
  return true
end

-- In the minute, and since the entry is known.
local function count_outcome(name, outcome, times)
  count('cron:' .. outcome .. ':' .. name, times)
  call('HINCRBY', KEYS[16], 'n:' .. outcome, times)
end

-- One alert for each thing that it may be about.
local function alert_once(kind, about, data)
  if call('HGET', KEYS[16], kind) == about then return 0 end
  call('HSET', KEYS[16], kind, about)
  alert(kind, data)
  return 1
end

-- Runs that wait, are due later, or run, and the worker of one that runs.
local function live_runs(tv)
  local live = call('HLEN', P .. 'a:' .. tv) + call('ZCARD', P .. 's:' .. tv) - (call('HGET', GHOSTS, tv) or 0)
  for _, mark in ipairs({ 's', '0', '1', '2', '3' }) do live = live + call('LLEN', P .. 'w:' .. tv .. ':' .. mark) end
  return live
end

local function runner_of(tv)
  local lease = call('HVALS', P .. 'a:' .. tv)[1]
  return lease and match(lease, '^[^|]*|([^|]*)|') or ''
end
