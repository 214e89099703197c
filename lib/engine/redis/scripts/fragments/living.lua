-- Members of a list whose record is still the one they were made for, with the records. The others are ghosts: what was
-- cancelled, or expired, while it waited. Looks no further than a record of a newer layout.
local LAYOUT, LIVE, SPACE = 49, 76, 32

-- Returns how many live, these at the beginning of `members`, their records, and how many were looked at.
local function living(type, members)
  local keys, seen, size, base = {}, #members, 0, P .. 'j:' .. type .. '~'
  for n, member in ipairs(members) do
    keys[n] = base .. sub(member, 1, find(member, '~', 1, true) - 1)
  end
  local records = call('MGET', unpack(keys))
  for n, member in ipairs(members) do
    local record = records[n]
    if record then
      local layout, state = byte(record, 1, 2)
      if layout ~= LAYOUT then
        seen = n - 1
        break
      end
      local life = sub(member, #keys[n] - #base + 2)
      if state == LIVE and find(record, life, OP_AT, true) == OP_AT and byte(record, OP_AT + #life) == SPACE then
        size = size + 1
        members[size], records[size] = member, record
      end
    end
  end
  return size, members, records, seen
end
