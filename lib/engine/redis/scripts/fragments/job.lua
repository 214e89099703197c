-- What is known of a job from the first line of its record:
-- `<flag><op>~<life> <version> <level> <hash> <enqueuedAt>[ <expiresAt> <timeoutMs>]`.
local function job_of(type, slot, head)
  local flag, op, life, version, level, hash = match(head, '^(.)([^~]+)~(%d+) (%d+) (%d) (%S+)')
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
