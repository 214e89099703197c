-- What is known of a job from the first line of its record:
-- `<flag><enqueuedAt> <op>~<life> <hash> <version> <level>[ <expiresAt> <timeoutMs>]`.
local function job_of(type, slot, head)
  local flag, op, life, hash, version, level = match(head, '^(.)%d+ ([^~]+)~(%d+) (%S+) (%d+) (%d)')
  local place = type .. '~' .. slot
  return {
    type = type, tv = type .. '@' .. version, level = level, flag = flag, op = op, life = life, hash = hash, head = head,
    place = place, key = P .. 'j:' .. place, id = place .. '~' .. op, member = slot .. '~' .. op .. '~' .. life,
  }
end

-- `place` is `<type>~<slotKey>`.
local function job_at(place, record)
  local type, slot = match(place, '^([^~]+)~(.+)$')
  return job_of(type, slot, match(record, '^[^\n]*', 3))
end
