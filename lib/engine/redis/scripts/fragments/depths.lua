-- How much of each type@version is where, and since when its oldest job waits.
-- KEYS[14] lists in use: `<type@version>:<mark>` → since when; `at` → when somebody looked last
local MARKS, HEADS, BEGINNING = { 's', '0', '1', '2', '3' }, 10, 160
local in_use = {}
local texts = call('HGETALL', KEYS[14])
for n = 1, #texts, 2 do in_use[texts[n]] = tonumber(texts[n + 1]) end

-- When the first job of a list was enqueued; what cancelling left behind at the head is passed over.
local function enqueued_at(tv, list)
  local base = P .. 'j:' .. match(tv, '^[^@]+') .. '~'
  for _, member in ipairs(call('LRANGE', list, 0, HEADS - 1)) do
    local slot, life = match(member, '^([^~]+)~(.+)$')
    local head = slot and call('GETRANGE', base .. slot, 0, BEGINNING) or ''
    if sub(head, 2, 2) == 'L' and find(head, life .. ' ', OP_AT, true) == OP_AT then
      return tonumber(match(head, '^...(%d+)'))
    end
  end
end

-- Members of all lists, and since when the oldest waits; `used` is told the lists in use.
local function waiting_in(tv, used)
  local members, since = 0, nil
  for _, mark in ipairs(MARKS) do
    local list, field = P .. 'w:' .. tv .. ':' .. mark, tv .. ':' .. mark
    local size = call('LLEN', list)
    if size > 0 then
      local at = enqueued_at(tv, list)
      local first = in_use[field] or in_use.at or at
      used[#used + 1], used[#used + 2] = field, string.format('%.0f', first or now)
      if at then since = math.min(since or now, math.max(at, first)) end
      members = members + size
    end
  end
  return members, since
end

-- Burials stand by their tokens, which are microseconds.
local function dead_since(tv)
  local first = call('ZRANGE', P .. 'd:' .. tv, 0, 0, 'WITHSCORES')[2]
  return first and string.format('%.0f', floor(first / 1000)) or ''
end

local function depths(used)
  local lines = {}
  for _, tv in ipairs(call('SMEMBERS', TYPES)) do
    local members, since = waiting_in(tv, used)
    lines[#lines + 1] = {
      tv, call('ZCARD', P .. 's:' .. tv), members - (call('HGET', GHOSTS, tv) or 0), call('HLEN', P .. 'a:' .. tv),
      call('ZCARD', P .. 'd:' .. tv), tonumber(call('HGET', COUNTS, tv .. ':accepted') or 0),
      since and string.format('%.0f', since) or '', dead_since(tv),
    }
  end
  return lines
end
