-- Ends of jobs: a tombstone for the length of the window, or nothing.
local BIG_RESULT = 1024
-- A watcher may ask once more after a lost message, so what it watches leaves a tombstone at least for so long.
local WATCHED_MS = 60000

-- Puts tombstones on the list of the minute in which their window is over. A place with a big result is marked, so that
-- whoever looks at it later does not read the whole.
local function forget_later(at, places, first, last)
  local minute = floor(at / 60000) + 1
  local key, count_before = P .. 'x:' .. minute, last - first + 1
  if call('RPUSH', key, unpack(places, first, last)) == count_before then call('ZADD', P .. 'xi', minute, minute) end
end

local function tombstone_times(window)
  return '\n' .. now .. ' ' .. string.format('%.0f', now + window) .. '\n'
end

local function finish(job, letter, window, result)
  window = tonumber(window)
  if sub(job.member, 1, 1) == 'r' and is_watched(job.id) then window = math.max(window, WATCHED_MS) end
  if window > 0 then
    call('SET', job.key, '1' .. letter .. job.head .. tombstone_times(window) .. result)
    forget_later(now + window, { (#result > BIG_RESULT and '+' or '') .. job.place }, 1, 1)
  else
    call('DEL', job.key)
  end
  call('UNLINK', P .. 'l:' .. job.id, P .. 'st:' .. job.id, P .. 'b:' .. job.id)
  if has_pasts then call('HDEL', PASTS, job.member) end
  local name = ({ C = 'completed', X = 'cancelled', R = 'resolved' })[letter]
  call('HINCRBY', COUNTS, job.tv .. ':' .. name, 1)
  count(name .. ':' .. job.type, 1)
  tell_end(job.id, string.lower(letter), result)
end
