-- Puts a dead job back to waiting, in a new life: same id and history; what it has behind it counts anew.
-- The record in its next life, which nothing lets expire.
local function reborn(job, record, life)
  local head = string.gsub(job.head, '~%d+ ', '~' .. life .. ' ', 1)
  if job.flag ~= 'P' then head = string.gsub(head, ' %d+ (%d+)$', ' 0 %1') end
  return '1L' .. head .. sub(record, #job.head + 3)
end

-- `change` says what is different in the next life, where anything is: `drops_steps`; and with another record `flag`, `body` (all
-- that stands behind the enqueue time) and `big`, the payload if it is to stand under its own key and is not there already.
local function change_record(job, change)
  local key = P .. 'b:' .. job.id
  if change.flag ~= 'B' then call('UNLINK', key) elseif change.big ~= '' then call('SET', key, change.big) end
  return '1L' .. change.flag .. match(job.head, '^.(%d+) ') .. ' ' .. change.body
end

-- `history` and `abridged` are JSON of the replay, `after` of what the audit says of it; life and time are added here.
-- Returns the summary of its burial, and what the audit is to say.
local function revive(job, record, texts, change)
  local summary, past, steps = exhume(job), past_of(job.member), P .. 'st:' .. job.id
  local life = string.format('%.0f', job.life + 1)
  local lived = ',"life":' .. life
  call('SET', job.key, change.flag and change_record(job, change) or reborn(job, record, life))
  call('HDEL', PASTS, job.member)
  if change.drops_steps then call('UNLINK', steps) else call('HDEL', steps, 'p') end
  job.member = match(job.member, '^.*~') .. life
  -- Even when nothing counts yet: it tells whoever completes the job that there is a history to forget.
  keep_past(job.member, { starts = 0, failures = 0, stalls = 0, steps = past.steps and not change.drops_steps })
  local began = lived .. ',"at":' .. now .. '}'
  write_history(job.id, 'R' .. sub(texts.history, 1, -2) .. began .. '\nR' .. sub(texts.abridged, 1, -2) .. began)
  wait_at_tail(job, job.level)
  return summary, sub(texts.after, 1, -2) .. lived .. '}'
end
