-- What the dead letters of a queue take, by a sample of each line: to add up all of them would take too long.
local SAMPLES = 20

local function bytes_at(key)
  return call('MEMORY', 'USAGE', key) or 0
end

local function bytes_of(line, member)
  local slot, op = match(member, '^([^~]+)~([^~]+)')
  local place = line.type .. '~' .. slot
  local id = place .. '~' .. op
  local sum = bytes_at(P .. 'j:' .. place) + call('HSTRLEN', P .. 'dx:' .. line.tv, member)
  for _, part in ipairs({ 'b:', 'l:', 'st:' }) do sum = sum + bytes_at(P .. part .. id) end
  return sum
end

local function dead_bytes(lines)
  local sum = 0
  for _, line in ipairs(lines) do
    local key, sampled = P .. 'd:' .. line.tv, 0
    local members = call('ZRANDMEMBER', key, SAMPLES)
    for _, member in ipairs(members) do sampled = sampled + bytes_of(line, member) end
    if #members > 0 then sum = sum + sampled / #members * call('ZCARD', key) end
  end
  return sum
end
