#!lua flags=no-writes
-- The workers whose lease lives.
-- KEYS[1..13] of the queue, KEYS[14] leases of workers, KEYS[15] their announcements
-- ARGV[1] tag
-- returns the end of the lease and the announcement of each
--@include keys
local leases, answer = call('ZRANGE', KEYS[14], '(' .. now, '+inf', 'BYSCORE', 'WITHSCORES'), {}
for n = 1, #leases, 2 do
  local announcement = call('HGET', KEYS[15], leases[n])
  if announcement then
    answer[#answer + 1] = leases[n + 1]
    answer[#answer + 1] = announcement
  end
end
return answer
