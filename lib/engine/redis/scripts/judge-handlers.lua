#!lua flags=allow-oom
-- Keeps since when waiting jobs have been without anybody to run them, and alerts once of each until it mends.
-- KEYS[1..13] of the queue, KEYS[14] grievances
-- ARGV[1] tag, ARGV[2] queue, ARGV[3] milliseconds until an alert, ARGV[4] and until the jobs are to be buried, ARGV[5] 1 if
-- the queue has a live worker, ARGV[6..] type@versions that no live worker handles
-- returns those of them whose jobs are to be buried
--@include keys
--@include token
--@include alert
local NO_WORKER, MARKS = '*', { '0', '1', '2', '3', 's' }
local wrong, doomed, waiting_in_all = {}, {}, 0

local function waiting_of(tv)
  local waiting = -(call('HGET', GHOSTS, tv) or 0)
  for _, mark in ipairs(MARKS) do waiting = waiting + call('LLEN', P .. 'w:' .. tv .. ':' .. mark) end
  return waiting
end

-- A grievance is kept as `<since> <alerted>`.
local function complain(name, kind, what, waiting)
  local since, alerted = match(call('HGET', KEYS[14], name) or now .. ' 0', '^(%d+) (%d)$')
  wrong[name] = true
  if alerted == '0' and now - since >= tonumber(ARGV[3]) then
    alerted = '1'
    alert(kind, '{"queue":"' .. ARGV[2] .. '",' .. what .. '"waiting":' .. waiting .. ',"since":' .. since .. '}')
  end
  call('HSET', KEYS[14], name, since .. ' ' .. alerted)
  return tonumber(since)
end

for n = 6, #ARGV do
  local tv = ARGV[n]
  local waiting = waiting_of(tv)
  waiting_in_all = waiting_in_all + waiting
  if ARGV[5] == '1' and waiting > 0 then
    local what = '"type":"' .. match(tv, '^[^@]+') .. '","version":' .. match(tv, '%d+$') .. ','
    if now - complain(tv, 'job.no-handler', what, waiting) >= tonumber(ARGV[4]) then doomed[#doomed + 1] = tv end
  end
end
if ARGV[5] == '0' and waiting_in_all > 0 then complain(NO_WORKER, 'queue.no-worker', '', waiting_in_all) end
for _, name in ipairs(call('HKEYS', KEYS[14])) do
  if not wrong[name] then call('HDEL', KEYS[14], name) end
end
return doomed
