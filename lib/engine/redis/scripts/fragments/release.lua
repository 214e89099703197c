-- Gives an attempt back uncounted: to the head of its list, or later.

-- It was claimed and never began: as if it had not been, and its time to begin goes on.
local function forget_start(job)
  job.past.starts = job.past.starts - 1
  local expires = job.flag ~= 'P' and job.past.starts == 0 and match(job.head, ' (%d+) %d+$') or '0'
  if expires ~= '0' then call('ZADD', P .. 'e:' .. job.type, expires, job.member) end
end

local function release(job, delay, unbegun)
  local mark = job.past.suspect and 's' or job.level
  if unbegun then forget_start(job) end
  if job.past.known or not unbegun then keep_past(job.member, job.past) end
  delay = tonumber(delay)
  if delay > 0 then return wait_until(job, mark, now + delay) end
  call('LPUSH', P .. 'w:' .. job.tv .. ':' .. mark, job.member)
  ring(job.tv, 1)
end
