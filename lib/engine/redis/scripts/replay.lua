#!lua flags=allow-oom
-- Puts a dead job back to waiting, in a new life, with another payload if one is given.
-- KEYS[1..13] of the queue, KEYS[14] ring of the client, KEYS[15] audit
-- ARGV[1] tag, ARGV[2..4] number of the operation and size and life of the ring, ARGV[5] place, ARGV[6] operation id,
-- ARGV[7] what the audit calls it, ARGV[8] actor, ARGV[9] reason, ARGV[10] the life that is meant or empty, ARGV[11] 1 to keep its
-- steps, ARGV[12..14] JSON of the replay for the history, the same abridged, and for the audit; and if the record is
-- another one ARGV[15..17] its flag, what stands behind its enqueue time, and the payload for its own key or empty
-- returns o when it was done, u for an unknown job, N for a newer layout, the letter of the state it is in, or, of a dead one
-- in another life, that life
--@include keys
--@include seldom
--@include job
--@include holder
--@include bell
--@include ring
--@include past
--@include wait
--@include history
--@include audit
--@include groups
--@include exhume
--@include revive
local before = recall()
if before then return before end
local job, record = dead_job(ARGV[5], ARGV[6], ARGV[10])
local answer = job and 'o' or record
remember(answer)
if not job then return answer end

local texts = { history = ARGV[12], abridged = ARGV[13], after = ARGV[14] }
local change = { drops_steps = ARGV[11] ~= '1', flag = ARGV[15], body = ARGV[16], big = ARGV[17] }
local summary, after = revive(job, record, texts, change)
audit('replay', ARGV[8], ARGV[9], ARGV[7], summary, after)
ring_bells()
return answer
