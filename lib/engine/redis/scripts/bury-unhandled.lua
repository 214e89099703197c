#!lua flags=allow-oom
-- Buries the head of a waiting list that nobody handles, if it still is what the sweep saw and no worker came since.
-- KEYS[1..13] of the queue, KEYS[14] the list, KEYS[15] worker leases
-- ARGV[1] tag, ARGV[2] type@version, ARGV[3] workers that were judged, ARGV[4..] these, and of each job from the head on
-- member, entry, summary, group, label of the group
-- returns a letter for each job: d dead, g ghost, none from one of a newer layout on; nil when there was a change
--@include keys
--@include seldom
--@include job
--@include token
--@include figures
--@include tell
--@include history
--@include alert
--@include groups
--@include entomb
--@include bury
--@include bury-unrun
local judged, live = {}, call('ZRANGEBYSCORE', KEYS[15], '(' .. now, '+inf')
local first = 4 + tonumber(ARGV[3])
for n = 4, first - 1 do judged[ARGV[n]] = true end
if #live == 0 then return nil end
for _, worker in ipairs(live) do
  if not judged[worker] then return nil end
end
local jobs, letters, ghosts = (#ARGV - first + 1) / 5, {}, 0
local members = call('LRANGE', KEYS[14], 0, jobs - 1)
-- A list that is shorter than it was has changed, too: this may be a repetition, and what it would find gone are no ghosts.
for n = 1, jobs do
  if members[n] ~= ARGV[first + 5 * (n - 1)] then return nil end
end

for at = first, #ARGV, 5 do
  local job, newer = live_job(match(ARGV[2], '^[^@]+'), ARGV[at])
  if newer then break end
  if job then bury_unrun(job, 'no_handler', at + 1) else ghosts = ghosts - 1 end
  letters[#letters + 1] = job and 'd' or 'g'
end
call('LTRIM', KEYS[14], #letters, -1)
if ghosts < 0 then call('HINCRBY', GHOSTS, ARGV[2], ghosts) end
write_figures()
return table.concat(letters)
