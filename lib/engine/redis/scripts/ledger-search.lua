#!lua flags=no-writes
-- Which of these records tell of a live or dead job that stands nowhere.
-- KEYS[1..13] of the queue
-- ARGV[1] tag, ARGV[2] most members of lists that are looked through, ARGV[3..] places
-- returns type@version and inner id of each that stands nowhere
--@include keys
--@include job
local HEAD, answer = 511, {}

local function stands(job, state)
  if state == 'D' then return call('ZSCORE', P .. 'd:' .. job.tv, job.member) end
  if call('HEXISTS', P .. 'a:' .. job.tv, job.member) == 1 then return true end
  for _, mark in ipairs({ job.level, 's' }) do
    if call('ZSCORE', P .. 's:' .. job.tv, mark .. job.member) then return true end
    local list = P .. 'w:' .. job.tv .. ':' .. mark
    -- A list too long to be looked through may hold it.
    if call('LLEN', list) > tonumber(ARGV[2]) or call('LPOS', list, job.member) then return true end
  end
end

for n = 3, #ARGV do
  local record = call('GETRANGE', P .. 'j:' .. ARGV[n], 0, HEAD)
  local state = sub(record, 2, 2)
  if sub(record, 1, 1) == '1' and (state == 'L' or state == 'D') then
    local job = job_at(ARGV[n], record)
    if not stands(job, state) then answer[#answer + 1], answer[#answer + 2] = job.tv, job.id end
  end
end
return answer
