#!lua flags=allow-oom
-- One turn of a worker's lane: ends attempts, promotes what is due, and claims for the slots that are free, in one move.
-- KEYS[1..13] of the queue, KEYS[14] last answer of the lane
-- ARGV[1] tag, ARGV[2] worker, ARGV[3] number of the turn, ARGV[4] free slots, ARGV[5] may hold b (bottom level first) and
-- s (takes a suspect), ARGV[6] grace of an attempt, ARGV[7] milliseconds for which the answer is kept, ARGV[8] most promoted,
-- ARGV[9] window of what ends as cancelled, ARGV[10] figures, ARGV[11] groups of completed attempts, ARGV[12] other ends
-- ARGV[13..] the figures (name, increment), the groups (fragments/complete.lua), the other ends (9 each, fragments/settle.lua),
-- and to the end the demands (6 each, fragments/limits.lua)
-- returns now, next due time, a letter per end (o ok, l lease lost, c cancelled), and then groups of claimed jobs:
-- type@version, lease, jobs, special ones among them or not (1 or 0), all members, all records, and if there are special ones of
-- each its past and lease, empty where it is not special
--@include keys
--@include seldom
--@include job
--@include bell
--@include due
--@include token
--@include past
--@include figures
--@include tell
--@include finish
--@include forget
--@include reckoned
--@include wait
--@include history
--@include alert
--@include groups
--@include entomb
--@include bury
--@include attempt
--@include retry
--@include release
--@include complete-singly
--@include complete
--@include settle
--@include promote
--@include record
--@include living
--@include limits
--@include claim-begin
--@include lease
--@include claim
--@include pass-on
--@include turn-answer
local before = match(call('GETRANGE', KEYS[14], 0, 15), '^%d+')
if before == ARGV[3] then return answer_again() end
if before and tonumber(before) > tonumber(ARGV[3]) then
  return redis.error_reply('VIGIL_OUTDATED turn ' .. ARGV[3] .. ' came after ' .. before)
end

may_be_due, may_be_idle = some_is_there, some_is_there
local letters, at, slots = {}, 13, tonumber(ARGV[4])
for _ = 1, tonumber(ARGV[10]) do
  count(ARGV[at], ARGV[at + 1])
  at = at + 2
end
-- Who ends attempts and claims nothing leaves room under a global limit to others.
local function leave_room(tv)
  if slots == 0 then ring(tv, 1) end
end
for _ = 1, tonumber(ARGV[11]) do
  leave_room(ARGV[at])
  at = complete(at, letters)
end
for _ = 1, tonumber(ARGV[12]) do
  leave_room(ARGV[at + 1])
  letters[#letters + 1] = settle(at, ARGV[9])
  at = at + 9
end
promote(tonumber(ARGV[8]))

local claims = { worker = ARGV[2], grace = tonumber(ARGV[6]), jobs = 0, size = 0, lines = {} }
local order = find(ARGV[5], 'b', 1, true) and BOTTOM_UP or TOP_DOWN
local opens = claim(at, slots, order, find(ARGV[5], 's', 1, true), claims)
local _, due = first_due()
if opens then due = math.min(due or opens, opens) end
if claims.cut then due = now end
pass_on(ARGV[2], at, slots, claims.jobs)
write_figures()
letters = table.concat(letters)
-- Lua's own conversion writes the far future with an exponent.
due = due and string.format('%.0f', due) or ''
keep_answer(ARGV[3], due, letters, claims, ARGV[7])
return { now_text, due, letters, unpack(claims, 1, claims.size) }
