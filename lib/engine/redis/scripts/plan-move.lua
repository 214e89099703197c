#!lua flags=allow-oom
-- Replays or resolves what a plan comes to next, and writes down how far it has come.
-- KEYS[1..13] of the queue, KEYS[14] the part, KEYS[15] audit, KEYS[16] what it has under way
-- ARGV[1] tag, ARGV[2] fence, ARGV[3] position at which these begin, ARGV[4] position behind them, ARGV[5] 1 at the end of the
-- list, ARGV[6] replay or resolve, ARGV[7] actor, ARGV[8] reason, ARGV[9] 1 to keep steps, ARGV[10..12] JSON of the replay for the
-- history, the same abridged, and of the change for the audit, ARGV[13..] of each place, operation id, life, what the audit calls
-- it, and window
-- returns the part, or nil for a fence that was shut out
--@include keys
--@include seldom
--@include job
--@include holder
--@include bell
--@include past
--@include wait
--@include history
--@include figures
--@include tell
--@include finish
--@include audit
--@include groups
--@include exhume
--@include revive
--@include part
if is_shut_out(ARGV[2]) then return nil end
-- Moved before: the answer got lost.
if call('HGET', KEYS[14], 'cursor') ~= ARGV[3] or call('HGET', KEYS[14], 'over') == '1' then return part_now() end

local texts, change = { history = ARGV[10], abridged = ARGV[11], after = ARGV[12] }, { drops_steps = ARGV[9] ~= '1' }
local function move(job, record, window)
  if ARGV[6] == 'replay' then
    local summary, after = revive(job, record, texts, change)
    call('ZADD', KEYS[16], now, job.type .. '~' .. job.member)
    return summary, after
  end
  local summary = exhume(job)
  finish(job, 'R', window, '')
  return summary, texts.after
end

local moved, missed = 0, 0
for at = 13, #ARGV, 5 do
  local job, record = dead_job(ARGV[at], ARGV[at + 1], ARGV[at + 2])
  if job then
    moved = moved + 1
    audit(ARGV[6], ARGV[7], ARGV[8], ARGV[at + 3], move(job, record, ARGV[at + 4]))
  else
    missed = missed + 1
  end
end
call('HSET', KEYS[14], 'cursor', ARGV[4], 'over', ARGV[5])
add_to_part('moved', moved)
add_to_part('missed', missed)
write_figures()
ring_bells()
return part_now()
