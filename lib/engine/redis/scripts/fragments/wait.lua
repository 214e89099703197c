-- Where a job goes that is to run: the tail of its list, or the schedule.
local function wait_at_tail(job, mark)
  call('RPUSH', P .. 'w:' .. job.tv .. ':' .. mark, job.member)
  ring(job.tv, 1)
end

local function wait_until(job, mark, at)
  schedule(job.tv, { at, mark .. job.member }, at)
end
