#!lua flags=allow-oom
-- Buries jobs whose time to begin is over, if they still have not begun. One that waited leaves a ghost in its list.
-- KEYS[1..13] of the queue
-- ARGV[1] tag, ARGV[2..] of each job type, member, entry, summary, group, label of the group; without a summary there was
-- no such job any more, and only its expiry is forgotten
-- returns a letter for each: d dead, g gone, n newer layout
--@include keys
--@include seldom
--@include job
--@include bell
--@include due
--@include token
--@include figures
--@include tell
--@include history
--@include alert
--@include groups
--@include entomb
--@include bury
--@include bury-unrun
local function leave_schedule(job)
  for _, mark in ipairs({ job.level, 's' }) do
    if call('ZREM', P .. 's:' .. job.tv, mark .. job.member) == 1 then
      refresh_due(job.tv)
      return true
    end
  end
  return false
end

local letters = {}
for at = 2, #ARGV, 6 do
  local type, member = ARGV[at], ARGV[at + 1]
  local job, newer = live_job(type, member)
  local letter = newer and 'n' or 'g'
  -- Whoever begins it or ends it takes the expiry away.
  if not newer and call('ZREM', P .. 'e:' .. type, member) == 1 and job and ARGV[at + 3] ~= '' then
    if not leave_schedule(job) then call('HINCRBY', GHOSTS, job.tv, 1) end
    bury_unrun(job, 'expired', at + 2)
    letter = 'd'
  end
  letters[#letters + 1] = letter
end
write_figures()
return table.concat(letters)
