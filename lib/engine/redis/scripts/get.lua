#!lua flags=no-writes
-- Everything that is kept of one job, at one instant. A payload under its own key is left to the reader.
-- KEYS[1..13] of the queue, KEYS[14] record, KEYS[15] attempts, KEYS[16] steps and progress
-- ARGV[1] tag, ARGV[2] place, ARGV[3] operation id
-- returns letter of the state, record, due time, until when it may begin, past, lease, progress and summary of its burial,
-- each empty when there is none, and then its attempts; nothing when nobody has the id; N for a record of a newer layout
--@include keys
--@include job
--@include holder
local record = call('GET', KEYS[14])
if record and sub(record, 1, 1) ~= '1' then return { 'N' } end
local job = holder(ARGV[2], record)
if not job or job.op ~= ARGV[3] then return {} end

local answer = { job.state, record, job.due or '', '', '', '', '', '' }
if find('wsad', job.state, 1, true) then
  -- The set holds what has not begun; the record alone would not tell.
  if job.flag ~= 'P' then answer[4] = call('ZSCORE', P .. 'e:' .. job.type, job.member) or '' end
  answer[5] = call('HGET', PASTS, job.member) or ''
  answer[6] = call('HGET', P .. 'a:' .. job.tv, job.member) or ''
  answer[7] = call('HGET', KEYS[16], 'p') or ''
  if job.state == 'd' then answer[8] = match(call('HGET', P .. 'dx:' .. job.tv, job.member) or '', '\n(.*)$') or '' end
  for n, entry in ipairs(call('LRANGE', KEYS[15], 0, -1)) do answer[8 + n] = entry end
end
return answer
