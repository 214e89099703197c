-- A failed attempt whose job is tried again. A failure of its own takes the suspicion from a job.
local function retry(job, delay, entry)
  job.past.failures, job.past.suspect = job.past.failures + 1, false
  keep_past(job.member, job.past)
  write_history(job.id, entry)
  count('failed:' .. job.type, 1)
  count('retried:' .. job.type, 1)
  delay = tonumber(delay)
  if delay > 0 then wait_until(job, job.level, now + delay) else wait_at_tail(job, job.level) end
end
