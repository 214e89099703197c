#!lua flags=allow-oom
-- Declares a dead job settled: a tombstone for its window, and its summary in the audit.
-- KEYS[1..13] of the queue, KEYS[14] ring of the client, KEYS[15] audit
-- ARGV[1] tag, ARGV[2..4] number of the operation and size and life of the ring, ARGV[5] place, ARGV[6] operation id,
-- ARGV[7] what the audit calls it, ARGV[8] actor, ARGV[9] reason, ARGV[10] window, ARGV[11] the life that is meant or empty,
-- ARGV[12] what the audit says of it
-- returns o when it was done, u for an unknown job, N for a newer layout, the letter of the state it is in, or, of a dead one
-- in another life, that life
--@include keys
--@include seldom
--@include job
--@include holder
--@include ring
--@include past
--@include figures
--@include tell
--@include finish
--@include audit
--@include groups
--@include exhume
local before = recall()
if before then return before end
local job, other = dead_job(ARGV[5], ARGV[6], ARGV[11])
local answer = job and 'o' or other
remember(answer)
if not job then return answer end

local summary = exhume(job)
finish(job, 'R', ARGV[10], '')
audit('resolve', ARGV[8], ARGV[9], ARGV[7], summary, ARGV[12])
write_figures()
return answer
