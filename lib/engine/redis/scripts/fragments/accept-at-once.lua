-- Accepts a batch of jobs of which there is nothing to say but their payloads and whose places are all free: nothing is read
-- before, and no text is made. False when it is no such batch, and then nothing was done.
-- KEYS[15..] records; ARGV[8..] groups
local function records_of_groups()
  local k, at, size = 14, 8, 0
  while at <= #ARGV do
    local items = ARGV[at + 3] == '1' and tonumber(ARGV[at + 2])
    if not items then return false end
    for n = at + 4 + items, at + 3 + 2 * items do
      k = k + 1
      values[size + 1], values[size + 2] = KEYS[k], ARGV[n]
      size = size + 2
    end
    at = at + 4 + 2 * items
  end
  return size
end

local function accept_at_once()
  local size = records_of_groups()
  if not size or call('MSETNX', unpack(values, 1, size)) == 0 then return false end
  local at = 8
  while at <= #ARGV do
    local tv, items = ARGV[at], tonumber(ARGV[at + 2])
    call('RPUSH', P .. 'w:' .. tv .. ':' .. ARGV[at + 1], unpack(ARGV, at + 4, at + 3 + items))
    ring(tv, items)
    accepted[tv] = (accepted[tv] or 0) + items
    at = at + 4 + 2 * items
  end
  write_accepted()
  return true
end
