#!lua flags=no-writes
-- Jobs whose time to begin is over, paused or not.
-- KEYS[1..13] of the queue
-- ARGV[1] tag, ARGV[2] most
-- returns of each job type, member, attempts begun, beginning of the record
--@include keys
--@include seldom
--@include past
--@include unrun
local jobs, left, seen = {}, tonumber(ARGV[2]), {}
for _, tv in ipairs(call('SMEMBERS', TYPES)) do
  local type = match(tv, '^[^@]+')
  if left > 0 and not seen[type] then
    local members = call('ZRANGEBYSCORE', P .. 'e:' .. type, '-inf', now, 'LIMIT', 0, left)
    describe(type, members, jobs)
    left, seen[type] = left - #members, true
  end
end
return jobs
