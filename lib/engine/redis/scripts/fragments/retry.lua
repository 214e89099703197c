-- A failed attempt whose job is tried again. A failure of its own takes the suspicion from a job.
local function retry(job, delay, entry, uncounted)
  if not uncounted then
    job.past.failures, job.past.suspect = job.past.failures + 1, false
    count('failed:' .. job.type, 1)
  end
  keep_past(job.member, job.past)
  write_history(job.id, entry)
  count('retried:' .. job.type, 1)
  delay = tonumber(delay)
  local mark = job.past.suspect and 's' or job.level
  if delay > 0 then wait_until(job, mark, now + delay) else wait_at_tail(job, mark) end
end
