-- What a batch of accepted jobs writes: gathered first, and written in commands of many members.
local values, lists, lines, soonest, expiries, accepted, made, due_in_batch = {}, {}, {}, {}, {}, {}, {}, {}

local function push(to, first, second)
  local size = #to
  to[size + 1], to[size + 2] = first, second
end

local function list_of(tv, level)
  local key = P .. 'w:' .. tv .. ':' .. level
  local list = lists[key] or { tv = tv }
  lists[key] = list
  return list
end

local function write_accepted()
  if #values > 0 then call('MSET', unpack(values)) end
  for key, list in pairs(lists) do
    if #list > 0 then
      call('RPUSH', key, unpack(list))
      ring(list.tv, #list)
    end
  end
  for tv, line in pairs(lines) do
    schedule(tv, line, soonest[tv])
  end
  for _, expiry in ipairs(expiries) do call('ZADD', unpack(expiry)) end
  for tv, jobs in pairs(accepted) do
    if call('HINCRBY', COUNTS, tv .. ':accepted', jobs) == jobs then call('SADD', TYPES, tv) end
  end
  ring_bells()
end
