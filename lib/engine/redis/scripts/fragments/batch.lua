-- What a batch of accepted jobs writes: gathered first, and written in commands of many members.
local values, lists, lines, soonest, expiries, accepted, made, due_in_batch = {}, {}, {}, {}, {}, {}, {}, {}
-- Counted here, since to ask a table for its length is to search for its end.
local written = 0

local function write(key, value)
  values[written + 1], values[written + 2] = key, value
  written = written + 2
end

local function keep(key, record)
  write(key, record)
  made[key] = record
end

local function list_of(tv, level)
  local key = P .. 'w:' .. tv .. ':' .. level
  local list = lists[key] or { tv = tv, size = 0 }
  lists[key] = list
  return list
end

local function append(list, member)
  list.size = list.size + 1
  list[list.size] = member
end

local function write_accepted()
  if written > 0 then call('MSET', unpack(values, 1, written)) end
  for key, list in pairs(lists) do
    if list.size > 0 then
      call('RPUSH', key, unpack(list, 1, list.size))
      ring(list.tv, list.size)
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
