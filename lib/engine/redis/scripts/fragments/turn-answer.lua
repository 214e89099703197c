-- The answer to a turn, kept without the jobs so that the same turn sent again is told the same.
-- KEYS[14] last answer of the lane
local function keep_answer(seq, due, letters, claims, kept_ms)
  local head = seq .. ' ' .. now_text .. ' ' .. due .. ' .' .. letters .. ' ' .. (claims.token or '')
  call('SET', KEYS[14], head .. ' ' .. table.concat(claims.lines, ' '), 'PX', kept_ms)
end

-- What was claimed then, as far as it is still held under that token.
local function answer_again()
  local at, due, letters, token, lines = match(call('GET', KEYS[14]), '^%d+ (%d+) (%d*) %.(%a*) (%d*) (.*)$')
  local answer = { at, due, letters }
  for tv in string.gmatch(lines, '%S+') do
    local held = call('HGETALL', P .. 'a:' .. tv)
    for n = 1, #held, 2 do
      local member, lease = held[n], held[n + 1]
      if find(lease, token .. '|', 1, true) == 1 then
        local record = call('GET', P .. 'j:' .. match(tv, '^[^@]+') .. '~' .. match(member, '^[^~]+'))
        local special = (call('HGET', PASTS, member) or '') .. '\n' .. lease
        for _, part in ipairs({ tv, '', 1, '1', member, record, special }) do answer[#answer + 1] = part end
      end
    end
  end
  return answer
end
