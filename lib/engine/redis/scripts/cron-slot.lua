#!lua
-- Decides a slot of a cron entry, and accepts its run in the same move.
-- KEYS[1..13] of the queue, KEYS[14] ring of the client, KEYS[15] audit, KEYS[16..18]
-- (fragments/cron-history.lua), KEYS[19] open runs, KEYS[20] record
-- ARGV[1] tag, ARGV[2..4] number of the operation and size and life of the ring, ARGV[5] name, ARGV[6] type@version,
-- ARGV[7] slot, ARGV[8] R run, L late, M missed, H by hand, ARGV[9] fingerprint, ARGV[10] up to where all must be decided,
-- ARGV[11] most live runs, or 0, ARGV[12] instance, ARGV[13] beginning of alerts, ARGV[14] field and ARGV[15] text of its line,
-- ARGV[16] the text for an overlap, ARGV[17] how many were missed, ARGV[18] actor and ARGV[19] reason,
-- ARGV[20] level, ARGV[21] member, ARGV[22] beginning of the record and 7 more (fragments/accept.lua),
-- ARGV[30..] of each that was missed field and text
-- returns what was decided, and then who, how many milliseconds, or mark and times of the pause
--@include keys
--@include token
--@include job
--@include holder
--@include bell
--@include due
--@include ring
--@include alert
--@include audit
--@include figures
--@include record
--@include batch
--@include accept
--@include cron-history
--@include live-runs
local before = recall()
if before then return before end

local name, tv, slot, kind, member = ARGV[5], ARGV[6], tonumber(ARGV[7]), ARGV[8], ARGV[21]
local op = match(member, '^[^~]+~([^~]+)')
local known = call('HMGET', KEYS[16], 'fp', 'mark', 'paused', 'op', 'by', 'from', 'until')

-- Nil when it is to be run.
local function in_the_way()
  local mark = tonumber(known[2] or 0)
  if known[4] == op then return 'accepted' end
  if kind == 'H' then return nil end
  if known[1] ~= ARGV[9] then return 'outdated' end
  if slot > now + 1000 then return 'early ' .. string.format('%.0f', slot - now) end
  if mark >= slot then return 'taken ' .. (known[5] or '') end
  if known[3] then return 'paused' end
  local after = tonumber(ARGV[10])
  if mark < after or ARGV[17] ~= '0' and mark > after then return 'behind ' .. known[2] .. ' ' .. (known[6] or '') .. ' ' .. (known[7] or '') end
end

local function told(kind_of_alert, more)
  alert_once(kind_of_alert, ARGV[7], sub(ARGV[13], 1, -2) .. ',"slot":' .. ARGV[7] .. more .. '}')
end

local live, by, record = live_runs(tv), runner_of(tv), call('GET', KEYS[20])
local has_place = record and taken(KEYS[20], record, ARGV[22])

local function run()
  local most = tonumber(ARGV[11])
  if kind ~= 'L' and most > 0 and live >= most then
    if kind == 'H' then return 'overlap ' .. by end
    keep_line(ARGV[14], sub(ARGV[16], 1, -2) .. (by == '' and '}' or ',"by":"' .. by .. '"}'))
    count_outcome(name, 'skipped', 1)
    told('cron.skipped', ',"why":"overlap","by":"' .. by .. '"')
    return 'overlap ' .. by
  end
  if has_place then return 'taken ' end
  accept_special(KEYS[20], list_of(tv, ARGV[20]), ARGV[20], member, ARGV[22], 23)
  accepted[tv] = 1
  write_accepted()
  call('HSET', KEYS[16], 'op', op)
  keep_line(ARGV[14], ARGV[15])
  call('ZADD', KEYS[19], now, name .. '|' .. ARGV[14] .. '|' .. match(member, '^[^~]+'))
  return 'accepted'
end

local answer = in_the_way()
if not answer then
  local missed = tonumber(ARGV[17])
  for at = 30, #ARGV, 2 do keep_line(ARGV[at], ARGV[at + 1]) end
  if missed > 0 then
    count_outcome(name, 'missed', missed)
    told('cron.missed', ',"slots":' .. missed)
  end
  if kind ~= 'H' then call('HSET', KEYS[16], 'mark', ARGV[7], 'by', ARGV[12]) end
  answer = kind == 'M' and 'missed' or run()
  if kind == 'H' then audit('cron-run', ARGV[18], ARGV[19], name, '{}', '{"answer":"' .. match(answer, '^%S+') .. '"}') end
end
write_figures()
remember(answer)
return answer
