-- Dead letters by their cause. Of each group: `gm:<type>~<group>`, its members (version~member) by position; in GROUPS what they have
-- in common, in lines: first and last burial, versions, reasons, workers, label; in `gi:<type>` its newest position.
local MOST_NAMED = 10

-- A list with one more name, if it is not there and there is room for it.
local function named(list, name)
  if not name or find(',' .. list .. ',', ',' .. name .. ',', 1, true) then return list end
  if list == '' then return name end
  return select(2, string.gsub(list, ',', ',')) + 1 < MOST_NAMED and list .. ',' .. name or list
end

local function members_of(type, group)
  return P .. 'gm:' .. type .. '~' .. group
end

-- `at` is the time of the burial, which may be long ago.
local function join_group(job, group, position, reason, summary, label, at)
  local field, version = job.type .. '~' .. group, match(job.tv, '%d+$')
  local first, last, versions, reasons, workers =
    match(call('HGET', GROUPS, field) or '', '^(%d+) (%d+)\n([^\n]*)\n([^\n]*)\n([^\n]*)\n')
  -- In the JSON of a text, no quote stands without a backslash before it.
  local worker = match(summary, '"worker":"([^"]*)"')
  call('HSET', GROUPS, field, table.concat({
    (first and first < at and first or at) .. ' ' .. (last and last > at and last or at),
    named(versions or '', version),
    named(reasons or '', reason),
    named(workers or '', worker),
    label,
  }, '\n'))
  call('ZADD', members_of(job.type, group), position, version .. '~' .. job.member)
  call('ZADD', P .. 'gi:' .. job.type, 'GT', position, group)
end

-- It ends with the last of its members.
local function leave_group(job, group)
  local members = members_of(job.type, group)
  call('ZREM', members, match(job.tv, '%d+$') .. '~' .. job.member)
  if call('EXISTS', members) == 1 then return end
  call('HDEL', GROUPS, job.type .. '~' .. group)
  call('ZREM', P .. 'gi:' .. job.type, group)
end
