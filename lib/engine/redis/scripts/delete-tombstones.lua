#!lua flags=allow-oom
-- Deletes tombstones whose window is over: some of the earliest minute, or of the present one, whose list goes round.
-- KEYS[1..13] of the queue, KEYS[14] minutes of which there are lists
-- ARGV[1] tag, ARGV[2] most
-- returns 1 if there may be more that is over, and how many were deleted
--@include keys
--@include tombstone
local MINUTE_MS, NEWER_LAYOUT_AGAIN = 60000, 60

local function put(minute, places)
  if #places == 0 then return end
  call('RPUSH', P .. 'x:' .. minute, unpack(places))
  call('ZADD', KEYS[14], minute, minute)
end

local present = floor(now / MINUTE_MS) + 1
local minute = tonumber(call('ZRANGE', KEYS[14], 0, 0)[1] or present + 1)
if minute > present then return { 0, 0 } end

local list, deleted = P .. 'x:' .. minute, 0
local over, kept, foreign = sort_out(call('LPOP', list, ARGV[2]) or {}, minute * MINUTE_MS)
if #over > 0 then deleted = call('UNLINK', unpack(over)) end
if call('EXISTS', list) == 0 then call('ZREM', KEYS[14], minute) end
put(minute, kept)
-- Whoever knows that layout has time to come.
put(present + NEWER_LAYOUT_AGAIN, foreign)
return { minute < present and 1 or 0, deleted }
