#!lua flags=allow-oom
-- Records what became of a run of a cron entry, or raises an alert about the entry; each once.
-- KEYS[1..13] of the queue, KEYS[14] ring of the client, KEYS[15] audit, KEYS[16..18]
-- (fragments/cron-history.lua), KEYS[19] open runs
-- ARGV[1] tag, ARGV[2..4] number of the operation and size and life of the ring, ARGV[5] name, ARGV[6] field and ARGV[7] text of
-- its line, ARGV[8] the run that is over, ARGV[9] duration, ARGV[10] kind of the alert, ARGV[11] what it is about,
-- ARGV[12] its data, ARGV[13] outcome that the line tells of; each of these may be empty
-- returns 1 when an alert was written, else 0
--@include keys
--@include token
--@include ring
--@include alert
--@include figures
--@include cron-history
local before = recall()
if before then return before end

local told = 0
if call('EXISTS', KEYS[16]) == 1 and (ARGV[8] == '' or call('ZREM', KEYS[19], ARGV[8]) == 1) then
  local is_new = ARGV[6] ~= '' and keep_line(ARGV[6], ARGV[7])
  -- The line of a run that is over has been there since it was accepted.
  if ARGV[13] ~= '' and (is_new or ARGV[8] ~= '') then count_outcome(ARGV[5], ARGV[13], 1) end
  if ARGV[9] ~= '' then
    local durations = ARGV[9] .. ' ' .. (call('HGET', KEYS[16], 'durations') or '')
    local last, seen = 0, 0
    for _, stop in string.gmatch(durations, '()%d+()') do
      seen = seen + 1
      if seen <= MOST_DURATIONS then last = stop end
    end
    call('HSET', KEYS[16], 'durations', sub(durations, 1, last - 1))
  end
  if ARGV[10] ~= '' then told = alert_once(ARGV[10], ARGV[11], ARGV[12]) end
end
write_figures()
remember(tostring(told))
return tostring(told)
