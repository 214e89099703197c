-- An attempt by its lease, `<token>|<worker>|<start>|<attempt>|<deadline>`, with what the record says of its job.
local FIRST_LINE = 255

local function attempt_of(tv, member, lease)
  if call('HGET', P .. 'a:' .. tv, member) ~= lease then return nil end
  local type, slot = match(tv, '^[^@]+'), match(member, '^[^~]+')
  local head = match(call('GETRANGE', P .. 'j:' .. type .. '~' .. slot, 0, FIRST_LINE), '^..([^\n]+)')
  if not head then return nil end
  local job = job_of(type, slot, head)
  job.attempt, job.past = tonumber(match(lease, '|(%d+)|%d+$')), past_of(member)
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
