#!lua flags=no-writes
-- The head of a waiting list, ghosts included.
-- KEYS[1..13] of the queue, KEYS[14] the list
-- ARGV[1] tag, ARGV[2] type, ARGV[3] most
-- returns of each job type, member, attempts begun, beginning of the record
--@include keys
--@include seldom
--@include past
--@include unrun
local jobs = {}
describe(ARGV[2], call('LRANGE', KEYS[14], 0, ARGV[3] - 1), jobs)
return jobs
