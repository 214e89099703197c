-- Ends one attempt. ARGV[1..]: from `at` on kind, type@version, member, lease and up to five more:
-- C completed: window, result; X cancelled: window; R retry: delay, entry, 1 if it counts as no failure;
-- L released: delay, 1 if it never began;
-- B buried: reason, entry, summary, group, label of the group
local function settle(at, cancelled_window)
  local kind, first, second = ARGV[at], ARGV[at + 4], ARGV[at + 5]
  local job = attempt_of(ARGV[at + 1], ARGV[at + 2], ARGV[at + 3])
  if not job then return 'l' end
  local ends = kind == 'C' or kind == 'X'
  if leave_active(job, not ends and cancelled_window) then return 'c' end
  if ends then
    finish(job, kind, first, second)
  elseif kind == 'R' then
    retry(job, first, second, ARGV[at + 6] == '1')
  elseif kind == 'L' then
    release(job, first, second == '1')
  else
    if first ~= 'expired' then
      job.past.failures = job.past.failures + 1
      count('failed:' .. job.type, 1)
    end
    keep_past(job.member, job.past)
    write_history(job.id, second)
    bury(job, first, ARGV[at + 6], ARGV[at + 7], ARGV[at + 8])
  end
  return 'o'
end
