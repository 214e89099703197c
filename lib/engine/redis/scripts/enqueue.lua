#!lua
-- Accepts a batch of jobs, each at its place, or tells who has the place. Refused as a whole when Redis is full.
-- KEYS[1..13] of the queue, KEYS[14] ring of the client, KEYS[15..] records in the order of the items
-- ARGV[1] tag, ARGV[2..4] number of the batch and size and life of the ring, ARGV[5] whether a worker beside the client was woken
-- for all lines (1 or 0), ARGV[6] enqueue time as the client reckons it, ARGV[7] whether each item has a place of its own (1 or 0)
-- ARGV[8..] groups: type@version, level, items, plain or not (1 or 0), then if plain all members and all records, else 9 of each
-- item: member, record behind its enqueue time, and 7 more (fragments/accept.lua)
-- returns now and a letter per item: its state (w s a d c x r), as a capital for a duplicate, E expired operation, L left out,
-- N newer layout; where there are duplicates a list that goes on with `<changed><op>` and result of each
--@include keys
--@include job
--@include holder
--@include bell
--@include due
--@include ring
--@include record
--@include reckoned
--@include batch
--@include accept
--@include accept-at-once
--@include batch-answer
local before = recall()
if before then return answer_again(before) end
saved = tonumber(ARGV[5])
local is_timed = is_reckoned_well(ARGV[6])
if is_timed and ARGV[7] == '1' and accept_at_once() then return answer_batch('', {}, {}) end

local found, letters, told, results, k, at = call('MGET', unpack(KEYS, 15)), {}, {}, {}, 0, 8
while at <= #ARGV do
  local tv, level, items, plain = ARGV[at], ARGV[at + 1], tonumber(ARGV[at + 2]), ARGV[at + 3] == '1'
  local list, jobs, width = list_of(tv, level), 0, plain and 1 or 9
  at = at + 4
  for _ = 1, items do
    k = k + 1
    local key, letter, text, result = KEYS[14 + k], nil, nil, nil
    local record = made[key] or found[k]
    if record then letter, text, result = taken(key, record, plain and sub(ARGV[at + items], OP_AT) or ARGV[at + 1]) end
    if text then
      told[#told + 1] = text
      results[#told] = result or ''
    end
    if not letter then
      if plain then
        keep(key, is_timed and ARGV[at + items] or '1LP' .. now_text .. sub(ARGV[at + items], OP_AT - 1))
        append(list, ARGV[at])
        letter = 'w'
      else
        letter = accept_special(key, list, level, ARGV[at], ARGV[at + 1], at + 2)
      end
      if letter ~= 'E' and letter ~= 'L' then jobs = jobs + 1 end
    end
    letters[k] = letter
    at = at + width
  end
  if plain then at = at + items end
  if jobs > 0 then accepted[tv] = (accepted[tv] or 0) + jobs end
end
write_accepted()
return answer_batch(table.concat(letters), told, results)
