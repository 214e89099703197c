-- A dead job where dead jobs are found: in its line by position, with its summary, and in the group of its cause.
local function entomb(job, group, position, reason, summary, label, at)
  call('ZADD', P .. 'd:' .. job.tv, position, job.member)
  call('HSET', P .. 'dx:' .. job.tv, job.member, group .. '\n' .. summary)
  join_group(job, group, position, reason, summary, label, at)
end
