#!lua flags=allow-oom
-- Gives attempts back to the heads of their lists without counting anything, if they still hold.
-- KEYS[1..13] of the queue
-- ARGV[1] tag, ARGV[2] window of what ends as cancelled instead, ARGV[3..] type@version, member and lease of each attempt
-- returns how many were given back or ended
--@include keys
--@include seldom
--@include job
--@include bell
--@include due
--@include past
--@include figures
--@include tell
--@include finish
--@include wait
--@include attempt
--@include release
local given = 0
for at = 3, #ARGV, 3 do
  local job = attempt_of(ARGV[at], ARGV[at + 1], ARGV[at + 2])
  if job then
    given = given + 1
    if not leave_active(job, ARGV[2]) then release(job, 0) end
  end
end
ring_bells()
write_figures()
return given
