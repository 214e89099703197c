-- Puts a job into the dead letter queue, with all that must follow in the same move: summary, group, alert, figures.
local function bury(job, reason, summary, group, label)
  local text, position = sub(summary, 1, -2) .. ',"buriedAt":' .. now .. '}', next_token()
  call('SETRANGE', job.key, 1, 'D')
  call('ZADD', P .. 'd:' .. job.tv, position, job.member)
  call('HSET', P .. 'dx:' .. job.tv, job.member, group .. '\n' .. text)
  join_group(job, group, position, reason, text, label)
  alert('job.buried', text)
  count('buried:' .. reason .. ':' .. job.type, 1)
  tell_end(job.id, 'd', text)
end
