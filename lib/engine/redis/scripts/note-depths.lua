#!lua flags=allow-oom
-- Writes down for the present minute how much of each type is where, and which lists are in use.
-- KEYS[1..13] of the queue, KEYS[14] lists in use
-- ARGV[1] tag, ARGV[2] seconds for which a minute is kept
-- returns how many types there are
--@include keys
--@include record
--@include depths
local used = { 'at', now_text }
local lines, sums, minute = depths(used), {}, P .. 'mm:' .. floor(now / 60000)

local function sum(figure, type, value)
  local name = figure .. ':' .. type
  sums[name] = (sums[name] or 0) + value
end

for _, line in ipairs(lines) do
  local type = match(line[1], '^(.*)@')
  sum('g-scheduled', type, line[2])
  sum('g-waiting', type, line[3])
  sum('g-active', type, line[4])
  sum('g-dead', type, line[5])
  sum('g-accepted', type, line[6])
  local oldest, name = line[7] ~= '' and now - line[7] or 0, 'g-oldest:' .. type
  sums[name] = math.max(sums[name] or 0, oldest)
end

call('DEL', KEYS[14])
for n = 1, #used, 2 do call('HSET', KEYS[14], used[n], used[n + 1]) end
call('HSET', minute, 'g-at', now_text)
for name, value in pairs(sums) do call('HSET', minute, name, string.format('%.0f', value)) end
call('EXPIRE', minute, ARGV[2], 'NX')
return #lines
