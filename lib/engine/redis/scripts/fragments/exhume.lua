-- The job that an operator means, and its way out of the dead letter queue.
-- The job of a place and its record if it is dead; else nil and what to answer: u for unknown, N for a newer layout, its state,
-- or, where another life than the given one is over, that life as a number.
local function dead_job(place, op, life)
  local record = call('GET', P .. 'j:' .. place)
  if record and sub(record, 1, 1) ~= '1' then return nil, 'N' end
  local job = holder(place, record)
  if not job or job.op ~= op then return nil, 'u' end
  if job.state ~= 'd' then return nil, job.state end
  if life ~= '' and life ~= job.life then return nil, job.life end
  return job, record
end

-- Returns the summary of its burial.
local function exhume(job)
  local summaries = P .. 'dx:' .. job.tv
  local group, summary = match(call('HGET', summaries, job.member) or '', '^([^\n]*)\n(.*)$')
  call('ZREM', P .. 'd:' .. job.tv, job.member)
  call('HDEL', summaries, job.member)
  if not group then return '' end
  leave_group(job, group)
  return summary
end
