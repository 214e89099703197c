#!lua flags=allow-oom
-- Looks what became of jobs that a plan replayed, those first at which nobody looked for longest.
-- KEYS[1..13] of the queue, KEYS[14] the part, KEYS[15] audit, KEYS[16] what it has under way
-- ARGV[1] tag, ARGV[2] most
-- returns the part
--@include keys
--@include job
--@include part
--@include outcome
local ends, ended, living = { completed = 0, died = 0, cancelled = 0 }, {}, {}
for _, member in ipairs(tonumber(ARGV[2]) > 0 and call('ZRANGE', KEYS[16], 0, ARGV[2] - 1) or {}) do
  local outcome = outcome_of(member)
  if outcome then
    ends[outcome] = ends[outcome] + 1
    ended[#ended + 1] = member
  else
    living[#living + 1], living[#living + 2] = now, member
  end
end
if #ended > 0 then call('ZREM', KEYS[16], unpack(ended)) end
if #living > 0 then call('ZADD', KEYS[16], unpack(living)) end
for outcome, number in pairs(ends) do add_to_part(outcome, number) end
return part_now()
