#!lua flags=allow-oom
-- Takes back attempts that nobody runs any more, if they still are what the sweep saw.
-- KEYS[1..13] of the queue, KEYS[14] worker leases
-- ARGV[1] tag, ARGV[2] window of what ends as cancelled instead, ARGV[3..] attempts (8 each, fragments/stall.lua)
-- returns of each attempt w waiting, d dead or c cancelled, then its stalls and 1 if it is a suspect; nothing if it was not
-- taken back
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
--@include wait
--@include history
--@include alert
--@include groups
--@include entomb
--@include bury
--@include attempt
--@include stall
local answers = {}
for at = 3, #ARGV, 8 do
  local letter, past = stall(at, ARGV[2])
  answers[#answers + 1] = letter and letter .. ' ' .. past.stalls .. (past.suspect and ' 1' or ' 0') or ''
end
ring_bells()
write_figures()
return answers
