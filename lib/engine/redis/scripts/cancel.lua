#!lua flags=allow-oom
-- Ends a job that has not begun, or asks for the end of one that runs.
-- KEYS[1..13] of the queue, KEYS[14] ring of the client, KEYS[15] audit, KEYS[16] record
-- ARGV[1] tag, ARGV[2..4] number of the operation and size and life of the ring, ARGV[5] id within the queue,
-- ARGV[6] milliseconds for which it is known as cancelled, ARGV[7..9] what the audit calls it, actor and reason, or none of them
-- returns what came of it, and the job's state or nothing
--@include keys
--@include seldom
--@include job
--@include holder
--@include bell
--@include due
--@include past
--@include figures
--@include tell
--@include finish
--@include ring
--@include audit
local STATES = { s = 'scheduled', w = 'waiting', a = 'active', d = 'dead', c = 'completed', x = 'cancelled', r = 'resolved' }
local before = recall()
if before then return { match(before, '^(%S+) ?(.*)$') } end

local function note(job)
  if ARGV[7] then audit('cancel', ARGV[8], ARGV[9], ARGV[7], '{"state":"' .. STATES[job.state] .. '"}') end
end

local function answer(status, state)
  remember(status .. ' ' .. state)
  return { status, state }
end

local job = holder(match(ARGV[5], '^[^~]+~[^~]+'), call('GET', KEYS[16]))
if not job or job.id ~= ARGV[5] then return answer('unknown', '') end
if job.state == 'a' then
  local past = past_of(job.member)
  if not past.cancel then
    past.cancel, past.starts = true, tonumber(match(call('HGET', P .. 'a:' .. job.tv, job.member), '^%d+|[^|]+|%d+|(%d+)'))
    keep_past(job.member, past)
  end
  call('PUBLISH', P .. 'cancel', job.id)
  note(job)
  return answer('requested', 'active')
end
if job.state ~= 'w' and job.state ~= 's' then return answer('too_late', STATES[job.state]) end

if job.state == 's' then
  call('ZREM', P .. 's:' .. job.tv, job.mark .. job.member)
  refresh_due(job.tv)
else
  call('HINCRBY', GHOSTS, job.tv, 1)
end
if job.flag ~= 'P' then call('ZREM', P .. 'e:' .. job.type, job.member) end
note(job)
finish(job, 'X', ARGV[6], '')
write_figures()
return answer('cancelled', 'cancelled')
