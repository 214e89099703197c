#!lua flags=no-writes
-- Looks at some members behind the figures of a type@version: whether their records are what they were made for.
-- KEYS[1..13] of the queue
-- ARGV[1] tag, ARGV[2] type@version, ARGV[3] most that are looked at of each structure, ARGV[4] share of each at which to begin
-- returns the ghosts that are known, 1 if every member of every list was looked at, and then of each member that is not borne out by
-- its record the structure (a active, s scheduled, d dead, w waiting) and the member
--@include keys
--@include record
local tv, most, share, HEAD = ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4]), 160
local type = match(tv, '^[^@]+')
local answer = { tonumber(call('HGET', GHOSTS, tv) or 0), 1 }

-- A record of a newer layout is not ours to judge.
local function is_borne_out(member, state)
  local slot, life = match(member, '^([^~]+)~(.+)$')
  if not slot then return false end
  local head = call('GETRANGE', P .. 'j:' .. type .. '~' .. slot, 0, HEAD)
  if sub(head, 1, 1) > '1' then return true end
  return sub(head, 2, 2) == state and find(head, life .. ' ', OP_AT, true) == OP_AT
end

local function look(structure, members, state, skip)
  for _, member in ipairs(members) do
    local name = sub(member, skip + 1)
    if not is_borne_out(name, state) then answer[#answer + 1], answer[#answer + 2] = structure, name end
  end
end

local function first_of(size)
  return size > most and floor(share * (size - most)) or 0
end

local held = call('HRANDFIELD', P .. 'a:' .. tv, most)
look('a', held, 'L', 0)
for structure, state in pairs({ s = 'L', d = 'D' }) do
  local key = P .. structure .. ':' .. tv
  local first = first_of(call('ZCARD', key))
  look(structure, call('ZRANGE', key, first, first + most - 1), state, structure == 's' and 1 or 0)
end
for _, mark in ipairs({ 's', '0', '1', '2', '3' }) do
  local key = P .. 'w:' .. tv .. ':' .. mark
  local size = call('LLEN', key)
  local first = first_of(size)
  if size > most then answer[2] = 0 end
  look('w', call('LRANGE', key, first, first + most - 1), 'L', 0)
end
return answer
