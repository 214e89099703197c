-- What a job has behind it in this life, kept only for jobs that have a past:
-- `<starts>|<failures>|<stalls>|<suspect>|<cancel>|<steps>`, the last three 0 or 1.
local has_pasts = is_there(PASTS)

local function past_of(member, text)
  if text == nil then text = has_pasts and call('HGET', PASTS, member) end
  local starts, failures, stalls, suspect, cancel, steps = match(text or '', '^(%d+)|(%d+)|(%d+)|(%d)|(%d)|(%d)$')
  return {
    known = starts ~= nil, starts = tonumber(starts or 0), failures = tonumber(failures or 0), stalls = tonumber(stalls or 0),
    suspect = suspect == '1', cancel = cancel == '1', steps = steps == '1',
  }
end

local function keep_past(member, past)
  local flags = (past.suspect and '|1' or '|0') .. (past.cancel and '|1' or '|0') .. (past.steps and '|1' or '|0')
  call('HSET', PASTS, member, past.starts .. '|' .. past.failures .. '|' .. past.stalls .. flags)
  has_pasts = true
end
