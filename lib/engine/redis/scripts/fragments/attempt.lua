-- An attempt by its lease: `<token>|<worker>|<start>|<attempt>|<deadline>` and, on the next line, the head of the record.
local function attempt_of(tv, member, lease)
  if call('HGET', P .. 'a:' .. tv, member) ~= lease then return nil end
  local attempt, head = match(lease, '|(%d+)|%d+\n(.*)$')
  local job = job_of(match(tv, '^[^@]+'), match(member, '^[^~]+'), head)
  job.attempt, job.past = tonumber(attempt), past_of(member)
  job.past.starts = job.attempt
  return job
end

-- A cancellation that was asked for wins over all but completion.
local function leave_active(job, cancelled_window)
  call('HDEL', P .. 'a:' .. job.tv, job.member)
  if not job.past.cancel or not cancelled_window then return false end
  finish(job, 'X', cancelled_window, '')
  return true
end
