#!lua flags=allow-oom
-- Checks a slot of a cron entry and takes the entry's lock, or tells what is in the way. Whoever asks again is answered again.
-- KEYS[1..13] of the locks, KEYS[14] what is known of the entry, KEYS[15] the lock
-- ARGV[1] tag, ARGV[2] owner, ARGV[3] milliseconds of its life, ARGV[4] run, ARGV[5] slot, ARGV[6] 1 if it moves the mark,
-- ARGV[7] holder
-- returns the fencing token, or 0, what is in the way, and who or how many milliseconds
--@include keys
local held = call('GET', KEYS[15])
local owner, held_token, holder = match(held or '', '^(%S+) (%d+) (.*)$')
if owner == ARGV[2] then
  call('PEXPIRE', KEYS[15], ARGV[3])
  return { held_token }
end

local known = call('HMGET', KEYS[14], 'token', 'slot', 'run', 'holder')
local slot, moves = tonumber(ARGV[5]), ARGV[6] == '1'
if moves then
  if slot > now + 1000 then return { '0', 'early', string.format('%.0f', slot - now) } end
  local mark = tonumber(known[2] or -1)
  if mark > slot or mark == slot and known[3] ~= ARGV[4] then return { '0', 'slot-taken', known[4] } end
end
if held then return { '0', 'held', holder or '' } end

-- By the clock, so that it rises also when what was known of the entry is gone.
local token = string.format('%.0f', math.max(tonumber(known[1] or 0) + 1, micros))
call('HSET', KEYS[14], 'token', token)
if moves then call('HSET', KEYS[14], 'slot', ARGV[5], 'run', ARGV[4], 'holder', ARGV[7]) end
call('SET', KEYS[15], ARGV[2] .. ' ' .. token .. ' ' .. ARGV[7], 'NX', 'PX', ARGV[3])
return { token }
