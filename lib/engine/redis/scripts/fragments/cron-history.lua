-- The history of a cron entry: the newest lines by count and by age.
-- KEYS[16] entry, KEYS[17] texts of its lines, KEYS[18] their order
local MOST_LINES, OLDEST_MS, MOST_DURATIONS, MOST_ATTEMPTS, MOST_TOLD = 100, 7776000000, 20, 10, 200

local function drop_line(field)
  call('HDEL', KEYS[17], field)
  call('LREM', KEYS[18], 1, field)
end

-- True when there was no such line. One that was there is the newest now.
local function keep_line(field, text)
  local is_new = call('HSET', KEYS[17], field, text) == 1
  if not is_new then call('LREM', KEYS[18], 1, field) end
  call('LPUSH', KEYS[18], field)
  -- A run that is tried often must not drive out the slots before it.
  local run, attempt = match(field, '^(%d+:[^:]+.*):(%d+)$')
  if run then drop_line(run .. ':' .. attempt - MOST_ATTEMPTS) end
  local oldest = call('LINDEX', KEYS[18], -1)
  while call('LLEN', KEYS[18]) > MOST_LINES or tonumber(match(oldest, '^%d+')) < now - OLDEST_MS and oldest ~= field do
    drop_line(oldest)
    oldest = call('LINDEX', KEYS[18], -1)
  end
  return is_new
end

-- In the minute, and since the entry is known.
local function count_outcome(name, outcome, times)
  count('cron:' .. outcome .. ':' .. name, times)
  call('HINCRBY', KEYS[16], 'n:' .. outcome, times)
end

-- One alert for each thing that it may be about, of the newest of its kind that were told.
local function alert_once(kind, about, data)
  local told, count_told = '\n' .. about .. '\n', 1
  local before = call('HGET', KEYS[16], kind) or '\n'
  if find(before, told, 1, true) then return 0 end
  for one in string.gmatch(before, '[^\n]+') do
    if count_told == MOST_TOLD then break end
    told, count_told = told .. one .. '\n', count_told + 1
  end
  call('HSET', KEYS[16], kind, told)
  alert(kind, data)
  return 1
end
