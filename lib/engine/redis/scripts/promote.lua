#!lua flags=allow-oom
-- Promotes what is due.
-- KEYS[1..13] of the queue
-- ARGV[1] tag, ARGV[2] most
-- returns how many were promoted
--@include keys
--@include bell
--@include due
--@include promote
local moved = promote(tonumber(ARGV[2]))
ring_bells()
return moved
