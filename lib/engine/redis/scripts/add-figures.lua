#!lua flags=allow-oom
-- Adds what a process counted by itself to the figures of the minute.
-- KEYS[1..13] of the queue, KEYS[14] ring of the source
-- ARGV[1] tag, ARGV[2..4] number of the part and size and life of the ring, ARGV[5..] name and increment of each
-- returns 1
--@include keys
--@include figures
--@include ring
local before = recall()
if before then return 1 end
for n = 5, #ARGV, 2 do count(ARGV[n], ARGV[n + 1]) end
write_figures()
remember('1')
return 1
