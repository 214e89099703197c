#!lua flags=allow-oom
-- Pauses the types of which jobs died lately while Redis, or the dead letters of the queue, have taken too much memory, and alerts
-- of it: once, and again for each type that has to be paused later. Who resumes them is a person.
-- KEYS[1..13] of the queue, KEYS[14] whether it was told, KEYS[15] audit
-- ARGV[1] tag, ARGV[2] queue, ARGV[3] most bytes of dead letters or empty, ARGV[4] share of maxmemory, ARGV[5] share of a limit at
-- which it has mended, ARGV[6] milliseconds for which a type is dying, ARGV[7] actor
-- returns the types that were paused
--@include keys
--@include lines
--@include token
--@include alert
--@include audit
--@include dead-bytes
local info = call('INFO', 'memory')
local used, most = tonumber(match(info, 'used_memory:(%d+)')), tonumber(match(info, 'maxmemory:(%d+)'))
local limit, lines, told = tonumber(ARGV[3]), lines_of(''), call('EXISTS', KEYS[14]) == 1
local dead = limit and dead_bytes(lines) or 0

local function is_above(share)
  return most > 0 and used > most * tonumber(ARGV[4]) * share or limit ~= nil and dead > limit * share
end

if not is_above(1) then
  if told and not is_above(tonumber(ARGV[5])) then call('DEL', KEYS[14]) end
  return {}
end

local figures = string.format('"usedBytes":%.0f,"maxBytes":%.0f,"deadLetterBytes":%.0f', used, most, dead)
local reason, before, paused, names = 'dead letters take too much memory: ' .. figures, '{"paused":false}', {}, {}
for _, line in ipairs(lines) do
  local newest = call('ZREVRANGE', P .. 'd:' .. line.tv, 0, 0, 'WITHSCORES')[2]
  local is_dying = newest and micros - newest < tonumber(ARGV[6]) * 1000
  if is_dying and call('HSETNX', PAUSED, line.type, 1) == 1 then
    audit('pause', ARGV[7], reason, line.type, before, '{"paused":true}')
    paused[#paused + 1], names[#names + 1] = line.type, '"' .. line.type .. '"'
  end
end
if not told or #paused > 0 then
  call('SET', KEYS[14], now_text)
  local what = '{"queue":"' .. ARGV[2] .. '",' .. figures .. ',"paused":[' .. table.concat(names, ',') .. ']}'
  alert('queue.memory-pressure', what)
end
return paused
