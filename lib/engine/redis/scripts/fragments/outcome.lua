-- What became of a job in the life that a plan gave it.
local HEAD, OUTCOMES = 511, { C = 'completed', X = 'cancelled', D = 'died', R = 'died' }

-- Nil while it lives; `member` is `<type>~<slotKey>~<op>~<life>`. What was dead leaves a trace until it is resolved, and in its
-- next life it has another number: so what is gone had ended well.
local function outcome_of(member)
  local place, op, life = match(member, '^([^~]+~[^~]+)~([^~]+)~(%d+)$')
  local record = call('GETRANGE', P .. 'j:' .. place, 0, HEAD)
  if record == '' then return 'completed' end
  if sub(record, 1, 1) ~= '1' then return nil end
  local job = job_at(place, record)
  if job.op ~= op then return 'completed' end
  if tonumber(job.life) > tonumber(life) then return 'died' end
  return OUTCOMES[sub(record, 2, 2)]
end
