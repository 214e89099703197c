-- Gives an attempt back uncounted: to the head of its list, or later.
local function release(job, delay)
  local mark = job.past.suspect and 's' or job.level
  keep_past(job.member, job.past)
  delay = tonumber(delay)
  if delay > 0 then return wait_until(job, mark, now + delay) end
  call('LPUSH', P .. 'w:' .. job.tv .. ':' .. mark, job.member)
  ring(job.tv, 1)
end
