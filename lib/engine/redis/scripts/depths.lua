#!lua flags=no-writes
-- How much of each type is where, now.
-- KEYS[1..13] of the queue, KEYS[14] lists in use
-- ARGV[1] tag
-- returns now, and for each type@version a list: name, scheduled, waiting, active, dead, accepted, since when the oldest waits, when
-- the oldest dead one was buried
--@include keys
--@include record
--@include depths
return { now_text, unpack(depths({})) }
