#!lua flags=allow-oom
-- Lets one worker sweep in each interval, and gives it what it judges by.
-- KEYS[1..13] of the queue, KEYS[14] who sweeps, KEYS[15] worker leases, KEYS[16] announcements, KEYS[17] what
-- `onDead` makes of each type
-- ARGV[1] tag, ARGV[2] worker, ARGV[3] milliseconds of the interval
-- returns now, every type@version, workers with the ends of their leases, their announcements, and types with what `onDead` makes of
-- them; nil when another sweeps
--@include keys
if not call('SET', KEYS[14], ARGV[2], 'NX', 'PX', ARGV[3]) then return nil end
local leases, announcements = call('ZRANGE', KEYS[15], 0, -1, 'WITHSCORES'), call('HGETALL', KEYS[16])
return { tostring(now), call('SMEMBERS', TYPES), leases, announcements, call('HGETALL', KEYS[17]) }
