-- Puts a job into the dead letter queue, with all that must follow in the same move: summary, group, alert, figures.
local function bury(job, reason, summary, group, label)
  local field = job.type .. '~' .. group
  local members, first = match(call('HGET', GROUPS, field) or '', '^(%d+) (%d+)')
  local text = sub(summary, 1, -2) .. ',"buriedAt":' .. now .. '}'
  call('SETRANGE', job.key, 1, 'D')
  call('ZADD', P .. 'd:' .. job.tv, next_token(), job.member)
  call('HSET', P .. 'dx:' .. job.tv, job.member, group .. '\n' .. text)
  call('HSET', GROUPS, field, (members or 0) + 1 .. ' ' .. (first or now) .. ' ' .. now .. ' ' .. label)
  alert('job.buried', text)
  count('buried:' .. reason .. ':' .. job.type, 1)
  tell_end(job.id, 'd', text)
end
