#!lua flags=no-writes
-- Waiting jobs of a type in the order of claiming, by version: suspects, and then level by level. Ghosts are passed over.
-- KEYS[1..13] of the queue
-- ARGV[1] tag, ARGV[2] type, ARGV[3] most that are wanted, ARGV[4] most that are looked at, ARGV[5..7] version, list (0 the
-- suspects, 1 to 4 the levels) and index to begin with
-- returns where to go on as `<version> <list> <index>`, empty at the end, and version, list, index and member of each
--@include keys
--@include lines
--@include record
local MARKS, NAMED = { 's', '0', '1', '2', '3' }, 120
local wanted, looks, found = tonumber(ARGV[3]), tonumber(ARGV[4]), 0
local answer = { '' }

-- Whether the member is the job that its record tells of. Only the beginning of a record is read: payloads are large.
local function is_job(type, member)
  local slot, life = match(member, '^([^~]+)~(.+)$')
  local head = call('GETRANGE', P .. 'j:' .. type .. '~' .. slot, 0, NAMED)
  return sub(head, 1, 1) > '1' or sub(head, 2, 2) == 'L' and find(head, life .. ' ', OP_AT, true) == OP_AT
end

-- Reads a list from an index on; true when it was read to its end.
local function read(line, list, index)
  local key = P .. 'w:' .. line.tv .. ':' .. MARKS[list + 1]
  while true do
    local most = math.min(looks, wanted - found)
    local members = most > 0 and call('LRANGE', key, index, index + most - 1) or {}
    for _, member in ipairs(members) do
      if is_job(line.type, member) then
        found = found + 1
        for _, part in ipairs({ tostring(line.version), tostring(list), tostring(index), member }) do answer[#answer + 1] = part end
      end
      index = index + 1
    end
    looks = looks - #members
    if most == 0 then answer[1] = line.version .. ' ' .. list .. ' ' .. index return false end
    if #members < most then return true end
  end
end

local version, list, index = tonumber(ARGV[5]), tonumber(ARGV[6]), tonumber(ARGV[7])
for _, line in ipairs(lines_of(ARGV[2])) do
  if line.version >= version then
    local goes_on = line.version == version
    for each = goes_on and list or 0, 4 do
      if not read(line, each, goes_on and each == list and index or 0) then return answer end
    end
  end
end
return answer
