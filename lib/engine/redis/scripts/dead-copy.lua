#!lua flags=no-writes
-- All that is kept of one dead job, at one instant. A payload under its own key is left to the reader.
-- KEYS[1..13] of the queue, KEYS[14] record, KEYS[15] attempts, KEYS[16] steps
-- ARGV[1] tag, ARGV[2] place, ARGV[3] operation id
-- returns record, past, position, group and summary, what its group has in common, number of texts of its steps, these (field, value),
-- and its attempts; nothing when it is not dead
--@include keys
--@include job
--@include holder
local record = call('GET', KEYS[14])
local job = record and sub(record, 1, 2) == '1D' and holder(ARGV[2], record)
if not job or job.op ~= ARGV[3] then return {} end

local summary, steps = call('HGET', P .. 'dx:' .. job.tv, job.member), call('HGETALL', KEYS[16])
local answer = {
  record, call('HGET', PASTS, job.member) or '', string.format('%.0f', call('ZSCORE', P .. 'd:' .. job.tv, job.member)), summary,
  call('HGET', GROUPS, job.type .. '~' .. match(summary, '^[^\n]*')), #steps,
}
for _, text in ipairs(steps) do answer[#answer + 1] = text end
for _, entry in ipairs(call('LRANGE', KEYS[15], 0, -1)) do answer[#answer + 1] = entry end
return answer
