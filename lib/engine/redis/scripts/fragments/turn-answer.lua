-- The answer to a turn, kept without the records so that the same turn sent again is told the same.
-- KEYS[14] last answer of the lane
local function keep_answer(seq, due, letters, claims, kept_ms)
  local lines = { seq .. ' ' .. now .. ' ' .. due .. ' .' .. letters .. ' ' .. (claims.token or '') }
  local at = 1
  while at < claims.size do
    local jobs, members = claims[at + 2], { claims[at] }
    for n = 1, jobs do members[n + 1] = claims[at + 3 * n] end
    lines[#lines + 1] = table.concat(members, ' ')
    at = at + 3 + 3 * jobs
  end
  call('SET', KEYS[14], table.concat(lines, '\n'), 'PX', kept_ms)
end

-- What was claimed then, as far as it is still held under that token.
local function answer_again()
  local head, rest = match(call('GET', KEYS[14]), '^([^\n]*)(.*)$')
  local at, due, letters, token = match(head, '^%d+ (%d+) (%d*) %.(%a*) (%d*)$')
  local answer = { at, due, letters }
  for tv, members in string.gmatch(rest, '\n(%S+)([^\n]*)') do
    for member in string.gmatch(members, '%S+') do
      local lease = call('HGET', P .. 'a:' .. tv, member)
      if lease and find(lease, token .. '|', 1, true) == 1 then
        local record = call('GET', P .. 'j:' .. match(tv, '^[^@]+') .. '~' .. match(member, '^[^~]+'))
        local special = (call('HGET', PASTS, member) or '') .. '\n' .. lease
        for _, part in ipairs({ tv, '', 1, member, record, special }) do answer[#answer + 1] = part end
      end
    end
  end
  return answer
end
