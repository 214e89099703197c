-- Who holds a place: the job with its state (w waiting, s scheduled, a active, d dead, c completed, x cancelled,
-- r resolved), or nil when nobody does. A tombstone whose window is over counts as nobody.
local function holder(place, record)
  if not record then return nil end
  local letter = sub(record, 2, 2)
  local job = job_at(place, record)
  if letter == 'D' then
    job.state = 'd'
  elseif letter ~= 'L' then
    local ended, over, rest = match(record, '\n(%d+) (%d+)\n()')
    if tonumber(over) <= now then return nil end
    job.state, job.ended, job.result = string.lower(letter), ended, sub(record, rest)
  elseif call('HEXISTS', P .. 'a:' .. job.tv, job.member) == 1 then
    job.state = 'a'
  else
    job.state = 'w'
    for _, mark in ipairs({ job.level, 's' }) do
      local due = call('ZSCORE', P .. 's:' .. job.tv, mark .. job.member)
      if due then job.state, job.due, job.mark = 's', due, mark end
    end
  end
  return job
end
