#!lua flags=allow-oom
-- Tells how a job ended, or notes that somebody waits for its end.
-- KEYS[1..13] of the queue, KEYS[14] record
-- ARGV[1] tag, ARGV[2] id within the queue, ARGV[3] milliseconds for which the watcher is counted on
-- returns the letter of its end (c x r d), u for a job that is not known, or nothing when it lives; and its result or summary
--@include keys
--@include job
--@include holder
local job = holder(match(ARGV[2], '^[^~]+~[^~]+'), call('GET', KEYS[14]))
if not job or job.id ~= ARGV[2] then return { 'u', '' } end
if job.state == 'd' then
  return { 'd', match(call('HGET', P .. 'dx:' .. job.tv, job.member), '\n(.*)$') }
end
if job.result then return { job.state, job.result } end
call('ZADD', WATCHED, now + tonumber(ARGV[3]), job.id)
return { '', '' }
