-- Takes an attempt back whose worker is dead, or that is beyond its deadline. The first time it may have been a neighbour's
-- fault, so the job becomes a suspect, which runs alone; from then on stalls are its own and counted.
-- KEYS[14] worker leases
-- ARGV[1..]: from `at` on type@version, member, lease, most stalls, entry, summary, group, label of the group
local function is_forsaken(lease)
  local worker, deadline = match(lease, '^%d+|(.*)|%d+|%d+|(%d+)$')
  local lives_until = call('ZSCORE', KEYS[14], worker)
  return not lives_until or tonumber(lives_until) <= now or tonumber(deadline) <= now
end

local function stall(at, cancelled_window)
  local job = is_forsaken(ARGV[at + 2]) and attempt_of(ARGV[at], ARGV[at + 1], ARGV[at + 2])
  if not job then return nil end
  if leave_active(job, cancelled_window) then return 'c', job.past end
  local past = job.past
  if past.suspect then past.stalls = past.stalls + 1 end
  past.suspect = true
  keep_past(job.member, past)
  write_history(job.id, ARGV[at + 4])
  count('stalled:' .. job.type, 1)
  if past.stalls > tonumber(ARGV[at + 3]) then
    bury(job, 'stalled', ARGV[at + 5], ARGV[at + 6], ARGV[at + 7])
    return 'd', past
  end
  wait_at_tail(job, 's')
  return 'w', past
end
