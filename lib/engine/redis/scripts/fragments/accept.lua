-- Accepting jobs: what a batch writes is gathered first and written in commands of many members.
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

-- Whoever has the place, within this batch too: the letter of its state, a capital for a duplicate, and what is told of it.
local function taken(key, record, head)
  if sub(record, 1, 1) ~= '1' then return 'N' end
  local job = holder(sub(key, #P + 3), record)
  if not job then return nil end
  local op, hash = match(head, '^...([^~]+)~%d+ %d+ %d (%S+)')
  local state = due_in_batch[key] or job.state
  if job.op == op then return state end
  if state == 'x' then return nil end
  return string.upper(state), (job.hash == hash and '0' or '1') .. job.op, job.result
end

-- A job of which there is more to say. ARGV[at..] is due instant, delay, time to begin (each may be empty), whether it is
-- a repetition, and a payload that stands under its own key.
local function accept_special(key, list, level, member, head, tail, at)
  local slot, op = match(member, '^([^~]+)~([^~]+)')
  if ARGV[at + 3] == '1' and sub(slot, 1, 1) == 'r' then return 'E' end
  local record, place = head .. now .. tail, sub(key, #P + 3)
  if sub(head, 3, 3) ~= 'P' then
    local expires = ARGV[at + 2] == '' and 0 or now + tonumber(ARGV[at + 2])
    record = head .. now .. ' ' .. expires .. tail
    if expires > 0 then expiries[#expiries + 1] = { P .. 'e:' .. match(place, '^[^~]+'), expires, member } end
  end
  push(values, key, record)
  if ARGV[at + 4] ~= '' then push(values, P .. 'b:' .. place .. '~' .. op, ARGV[at + 4]) end
  made[key] = record
  local due = tonumber(ARGV[at]) or now + (tonumber(ARGV[at + 1]) or 0)
  if due <= now then
    list[#list + 1] = member
    return 'w'
  end
  local line = lines[list.tv] or {}
  push(line, due, level .. member)
  lines[list.tv], soonest[list.tv] = line, math.min(soonest[list.tv] or due, due)
  due_in_batch[key] = 's'
  return 's'
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
