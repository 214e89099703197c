-- Accepting jobs into a batch (fragments/batch.lua).
-- ARGV[1..]: of a job of which there is more to say, from `at` on flag and rest of its record, due instant, delay, time to begin
-- (each of these may be empty), whether it is a repetition (1) or not to be accepted any more (2), and a payload that stands
-- under its own key

-- Whoever has the place, within this batch too: the letter of its state, a capital for a duplicate, and what is told of it.
local function taken(key, record, head)
  if sub(record, 1, 1) ~= '1' then return 'N' end
  local job = holder(sub(key, #P + 3), record)
  if not job then return nil end
  local op, hash = match(head, '^([^~]+)~%d+ (%S+)')
  local state = due_in_batch[key] or job.state
  if job.op == op then return state end
  if state == 'x' then return nil end
  return string.upper(state), (job.hash == hash and '0' or '1') .. job.op, job.result
end

-- A repetition may come when even the tombstone of its cancelled job is gone, but not yet what is left of it in a list: that
-- would now count as the job, and it would run twice.
local function drop_ghost(tv, member)
  if tonumber(call('HGET', GHOSTS, tv) or 0) == 0 then return end
  for _, mark in ipairs({ 's', '0', '1', '2', '3' }) do
    local dropped = call('LREM', P .. 'w:' .. tv .. ':' .. mark, 0, member)
    if dropped > 0 then call('HINCRBY', GHOSTS, tv, -dropped) end
  end
end

local function accept_special(key, list, level, member, head, at)
  local slot, op = match(member, '^([^~]+)~([^~]+)')
  if ARGV[at + 5] == '2' then return 'L' end
  if ARGV[at + 5] == '1' then
    if sub(slot, 1, 1) == 'r' then return 'E' end
    drop_ghost(list.tv, member)
  end
  local record, place = '1L' .. ARGV[at] .. now_text .. ' ' .. head, sub(key, #P + 3)
  if ARGV[at] ~= 'P' then
    local expires = ARGV[at + 4] == '' and 0 or now + tonumber(ARGV[at + 4])
    record = record .. ' ' .. expires .. ARGV[at + 1]
    if expires > 0 then expiries[#expiries + 1] = { P .. 'e:' .. match(place, '^[^~]+'), expires, member } end
  end
  keep(key, record)
  if ARGV[at + 6] ~= '' then write(P .. 'b:' .. place .. '~' .. op, ARGV[at + 6]) end
  local due = tonumber(ARGV[at + 2]) or now + (tonumber(ARGV[at + 3]) or 0)
  if due <= now then
    append(list, member)
    return 'w'
  end
  local line = lines[list.tv] or {}
  line[#line + 1], line[#line + 2] = due, level .. member
  lines[list.tv], soonest[list.tv] = line, math.min(soonest[list.tv] or due, due)
  due_in_batch[key] = 's'
  return 's'
end
