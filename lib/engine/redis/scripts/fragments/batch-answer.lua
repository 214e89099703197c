-- The answer to a batch, kept without the results: they are read again from their tombstones. Where all wait, it has no letters.
-- KEYS[14] ring, KEYS[15..] records
local function answer_batch(letters, told, results)
  local plain = not find(letters, '[^w]')
  remember(plain and '' or letters .. ' ' .. table.concat(told, ' '))
  local head = now_text .. ' ' .. (plain and '' or letters)
  if #told == 0 then return head end
  local answer = { head }
  for n, text in ipairs(told) do answer[2 * n], answer[2 * n + 1] = text, results[n] end
  return answer
end

local function answer_again(known)
  local letters, rest = match(known, '^(%a*) ?(.*)$')
  if letters == '' then return now_text .. ' ' end
  local answer, index = { now_text .. ' ' .. letters }, 0
  for text in string.gmatch(rest, '%S+') do
    index = find(letters, '[WSADCR]', index + 1)
    local key, job = KEYS[14 + index], nil
    if sub(letters, index, index) == 'C' then job = holder(sub(key, #P + 3), call('GET', key)) end
    answer[#answer + 1] = text
    answer[#answer + 1] = job and job.op == sub(text, 2) and job.result or ''
  end
  return #answer > 1 and answer or answer[1]
end
