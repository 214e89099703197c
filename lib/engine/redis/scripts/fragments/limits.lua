-- What pause, global concurrency and rate limit leave of a type.
-- ARGV[1..]: a demand at `at`: type@version, quota, timeout, global concurrency, starts and span of the rate limit, each of
-- the last three empty when there is none
local active_lists

local function active_of(type)
  if not active_lists then
    active_lists = {}
    for _, tv in ipairs(call('SMEMBERS', TYPES)) do
      local name = match(tv, '^[^@]+')
      active_lists[name] = active_lists[name] or {}
      table.insert(active_lists[name], P .. 'a:' .. tv)
    end
  end
  local active = 0
  for _, key in ipairs(active_lists[type] or {}) do active = active + call('HLEN', key) end
  return active
end

local has_paused = is_there(PAUSED)

local function demand_at(at)
  local tv = ARGV[at]
  return {
    tv = tv, type = sub(tv, 1, find(tv, '@', 1, true) - 1), quota = tonumber(ARGV[at + 1]), timeout = tonumber(ARGV[at + 2]),
    global = tonumber(ARGV[at + 3]), max = tonumber(ARGV[at + 4]), span = tonumber(ARGV[at + 5]),
  }
end

-- How many may begin now, and when more may if the rate limit is in the way.
local function room_of(demand)
  if has_paused and (call('HEXISTS', PAUSED, '*') == 1 or call('HEXISTS', PAUSED, demand.type) == 1) then return 0 end
  local room = demand.quota
  if demand.global then room = math.min(room, demand.global - active_of(demand.type)) end
  if not demand.max or room <= 0 then return room end
  local starts = P .. 'r:' .. demand.type
  local left = demand.max - call('ZCOUNT', starts, '(' .. now - demand.span, '+inf')
  if left > 0 then return math.min(room, left) end
  return 0, call('ZRANGE', starts, -demand.max, -demand.max, 'WITHSCORES')[2] + demand.span
end

local function count_starts(demand, token, starts)
  local key, entries = P .. 'r:' .. demand.type, {}
  for n = 1, starts do entries[2 * n - 1], entries[2 * n] = now, token .. ':' .. demand.tv .. ':' .. n end
  call('ZREMRANGEBYSCORE', key, '-inf', now - demand.span)
  call('ZADD', key, unpack(entries))
  call('PEXPIRE', key, demand.span)
end
