#!lua flags=no-writes
-- One reading of a queue's books: what was accepted, where it is, and whether the structures go together.
-- KEYS[1..13] of the queue
-- ARGV[1] tag
-- returns now, and for each type@version a list: name, scheduled, members of its lists, ghosts among them, active, dead, summaries
-- of dead, accepted, completed, cancelled, resolved, 1 if it is promoted by its earliest due time, 1 if it is listed
--@include keys
local counts, ghosts, lines, counted = call('HGETALL', COUNTS), call('HGETALL', GHOSTS), {}, {}
local function line_of(tv)
  if not lines[tv] then
    lines[tv] = { accepted = 0, completed = 0, cancelled = 0, resolved = 0, ghosts = 0, listed = 0 }
    counted[#counted + 1] = tv
  end
  return lines[tv]
end

for _, tv in ipairs(call('SMEMBERS', TYPES)) do line_of(tv).listed = 1 end
for n = 1, #counts, 2 do
  local tv, name = match(counts[n], '^(.*):(%a+)$')
  if tv then line_of(tv)[name] = tonumber(counts[n + 1]) end
end
for n = 1, #ghosts, 2 do line_of(ghosts[n]).ghosts = tonumber(ghosts[n + 1]) end

local function is_due_right(tv, scheduled)
  local first, due = call('ZRANGE', P .. 's:' .. tv, 0, 0, 'WITHSCORES')[2], call('ZSCORE', DUE, tv)
  if scheduled == 0 then return due and 0 or 1 end
  return tonumber(due or 0) == tonumber(first) and 1 or 0
end

local answer = { now_text }
for _, tv in ipairs(counted) do
  local line, members, scheduled = lines[tv], 0, call('ZCARD', P .. 's:' .. tv)
  for _, mark in ipairs({ 's', '0', '1', '2', '3' }) do members = members + call('LLEN', P .. 'w:' .. tv .. ':' .. mark) end
  answer[#answer + 1] = {
    tv, scheduled, members, line.ghosts, call('HLEN', P .. 'a:' .. tv), call('ZCARD', P .. 'd:' .. tv),
    call('HLEN', P .. 'dx:' .. tv), line.accepted, line.completed, line.cancelled, line.resolved,
    is_due_right(tv, scheduled), line.listed,
  }
end
return answer
