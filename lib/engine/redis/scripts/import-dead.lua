#!lua
-- Takes a dead job in that was exported: as it was, and counted as accepted anew. Nothing is written over but its own tombstone.
-- KEYS[1..13] of the queue, KEYS[14] ring of the client, KEYS[15] audit, KEYS[16] record, KEYS[17] attempts, KEYS[18] steps,
-- KEYS[19] payload
-- ARGV[1] tag, ARGV[2..4] number of the operation and size and life of the ring, ARGV[5] place, ARGV[6] operation id,
-- ARGV[7] what the audit calls it, ARGV[8] actor, ARGV[9] reason, ARGV[10] life, ARGV[11] record, ARGV[12] past or empty,
-- ARGV[13] position, ARGV[14] time of the burial, ARGV[15] its reason, ARGV[16] group, ARGV[17] summary, ARGV[18] label of the group,
-- ARGV[19] payload for its own key or empty, ARGV[20] number of attempts, and these; then texts of its steps (field, value)
-- returns o when it was done, = when it is there already, N for a newer layout, else the letter of the state of who has the place
--@include keys
--@include job
--@include holder
--@include ring
--@include audit
--@include lines
--@include groups
--@include entomb
local before = recall()
if before then return before end

local function refusal()
  local record = call('GET', KEYS[16])
  if not record then return nil end
  if sub(record, 1, 1) ~= '1' then return 'N' end
  local there = holder(ARGV[5], record)
  if not there or there.op == ARGV[6] and there.state == 'r' then return nil end
  return there.op == ARGV[6] and there.state == 'd' and there.life == ARGV[10] and '=' or there.state
end

-- Its own position, unless another one has it: they tell where a list goes on. None is ahead of the clock.
local function free_position()
  local position, lines = math.min(tonumber(ARGV[13]), micros), lines_of('')
  local function is_taken()
    local text = string.format('%.0f', position)
    for _, line in ipairs(lines) do
      if call('ZCOUNT', P .. 'd:' .. line.tv, text, text) > 0 then return true end
    end
  end
  while is_taken() do position = position + 1 end
  return string.format('%.0f', position)
end

local answer = refusal() or 'o'
local position = answer == 'o' and free_position()
remember(answer)
if answer ~= 'o' then return answer end

local job, attempts = job_at(ARGV[5], ARGV[11]), tonumber(ARGV[20])
if call('HINCRBY', COUNTS, job.tv .. ':accepted', 1) == 1 then call('SADD', TYPES, job.tv) end
call('SET', KEYS[16], ARGV[11])
if ARGV[12] ~= '' then call('HSET', PASTS, job.member, ARGV[12]) end
if ARGV[19] ~= '' then call('SET', KEYS[19], ARGV[19]) end
for at = 21, 20 + attempts do call('RPUSH', KEYS[17], ARGV[at]) end
for at = 21 + attempts, #ARGV, 2 do call('HSET', KEYS[18], ARGV[at], ARGV[at + 1]) end
entomb(job, ARGV[16], position, ARGV[15], ARGV[17], ARGV[18], ARGV[14])
audit('import', ARGV[8], ARGV[9], ARGV[7], '{}', ARGV[17])
return answer
