-- Puts a job into the dead letter queue, with all that must follow in the same move: summary, group, alert, figures.
local function bury(job, reason, summary, group, label)
  local text = sub(summary, 1, -2) .. ',"buriedAt":' .. now .. '}'
  call('SETRANGE', job.key, 1, 'D')
  entomb(job, group, next_token(), reason, text, label, now_text)
  alert('job.buried', text)
  count('buried:' .. reason .. ':' .. job.type, 1)
  tell_end(job.id, 'd', text)
end
