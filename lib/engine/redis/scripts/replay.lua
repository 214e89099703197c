#!lua flags=allow-oom
-- Puts a dead job back to waiting, in a new life: same id, history and steps; what it has behind it counts anew.
-- KEYS[1..13] of the queue, KEYS[14] ring of the client, KEYS[15] audit, KEYS[16] record, KEYS[17] steps and progress
-- ARGV[1] tag, ARGV[2..4] number of the operation and size and life of the ring, ARGV[5] place, ARGV[6] operation id,
-- ARGV[7] what the audit calls it, ARGV[8] actor, ARGV[9] reason
-- returns o when it was done, u for an unknown job, N for a newer layout, else the letter of the state it is in
--@include keys
--@include seldom
--@include job
--@include holder
--@include bell
--@include ring
--@include past
--@include wait
--@include audit
--@include exhume
-- The record in its next life, which nothing lets expire.
local function reborn(job, record)
  local life = string.format('%.0f', job.life + 1)
  local head = string.gsub(job.head, '~%d+ ', '~' .. life .. ' ', 1)
  if job.flag ~= 'P' then head = string.gsub(head, ' %d+ (%d+)$', ' 0 %1') end
  return '1L' .. head .. sub(record, #job.head + 3), life
end

local before = recall()
if before then return before end
local job, record = dead_job()
local answer = job and 'o' or record
remember(answer)
if not job then return answer end

local summary, past = exhume(job), past_of(job.member)
local text, life = reborn(job, record)
call('SET', job.key, text)
call('HDEL', PASTS, job.member)
call('HDEL', KEYS[17], 'p')
job.member = match(job.member, '^.*~') .. life
-- Even when nothing counts yet: it tells whoever completes the job that there is a history to forget.
keep_past(job.member, { starts = 0, failures = 0, stalls = 0, steps = past.steps })
wait_at_tail(job, job.level)
audit('replay', ARGV[8], ARGV[9], ARGV[7], summary)
ring_bells()
return answer
