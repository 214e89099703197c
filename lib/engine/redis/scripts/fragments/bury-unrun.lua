-- Buries a job that was not running. ARGV[1..]: from `at` on entry, summary, group, label of the group
local HEAD = 511

-- The job of a member, nil when the record is not that job's any more; `newer` when it is of a newer layout.
local function live_job(type, member)
  local place = type .. '~' .. match(member, '^[^~]+')
  local record = call('GETRANGE', P .. 'j:' .. place, 0, HEAD)
  if record ~= '' and sub(record, 1, 1) ~= '1' then return nil, true end
  local job = sub(record, 2, 2) == 'L' and job_at(place, record)
  return job and job.member == member and job or nil
end

local function bury_unrun(job, reason, at)
  if job.flag ~= 'P' then call('ZREM', P .. 'e:' .. job.type, job.member) end
  write_history(job.id, ARGV[at])
  bury(job, reason, ARGV[at + 1], ARGV[at + 2], ARGV[at + 3])
end
