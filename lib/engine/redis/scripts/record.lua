#!lua flags=allow-oom
-- Remembers a step's result or a progress value of an attempt that still holds.
-- KEYS[1..13] of the queue, KEYS[14] steps of the job
-- ARGV[1] tag, ARGV[2..4] type@version, member and lease, ARGV[5] field of the step or empty, ARGV[6] its result,
-- ARGV[7] progress or empty, ARGV[8..10] most bytes of a result, of all results, and of a progress value
-- returns ok, lease_lost or too_large
--@include keys
--@include seldom
--@include job
--@include past
--@include tell
--@include figures
--@include finish
--@include attempt
local job = attempt_of(ARGV[2], ARGV[3], ARGV[4])
if not job then return 'lease_lost' end
local field, value, progress = ARGV[5], ARGV[6], ARGV[7]
if #progress > tonumber(ARGV[10]) then return 'too_large' end
if field ~= '' then
  local bytes = tonumber(call('HGET', KEYS[14], 'n') or 0) - call('HSTRLEN', KEYS[14], field) + #value
  if #value > tonumber(ARGV[8]) or bytes > tonumber(ARGV[9]) then return 'too_large' end
  call('HSET', KEYS[14], field, value, 'n', string.format('%.0f', bytes))
end
if progress ~= '' then call('HSET', KEYS[14], 'p', progress) end
if (field ~= '' or progress ~= '') and not job.past.steps then
  job.past.steps = true
  keep_past(job.member, job.past)
end
return 'ok'
