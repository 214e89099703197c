#!lua flags=allow-oom
-- Writes alerts, if they are as whoever writes saw them, and marks the outbox entries that they count.
-- KEYS[1..13] of the queue, KEYS[14] alerts, KEYS[15] audit
-- ARGV[1] tag, ARGV[2] alerts to be written, ARGV[3..8] action, actor, reason, target, before and after for the audit, an empty action
-- for none, ARGV[9..] key, revision and text of each alert, an empty text for one that goes, and then ids of outbox entries
-- returns 1 when it was done, 0 when they have changed, 2 when an entry was counted before
--@include keys
--@include audit
local writes, first_id = tonumber(ARGV[2]), 9 + 3 * tonumber(ARGV[2])
local entries = {}
for n = first_id, #ARGV do
  local text = call('HGET', ALERTS, ARGV[n])
  if not text or sub(text, 1, 1) == '+' then return 2 end
  entries[n] = text
end
for n = 0, writes - 1 do
  local kept = call('HGET', KEYS[14], ARGV[9 + 3 * n])
  if (kept and match(kept, '^%d+') or '0') ~= ARGV[10 + 3 * n] then return 0 end
end
for n = 0, writes - 1 do
  local key, revision, text = ARGV[9 + 3 * n], tonumber(ARGV[10 + 3 * n]), ARGV[11 + 3 * n]
  if text == '' then
    call('HDEL', KEYS[14], key)
  else
    call('HSET', KEYS[14], key, string.format('%.0f', revision + 1) .. ' ' .. text)
  end
end
for n = first_id, #ARGV do call('HSET', ALERTS, ARGV[n], '+' .. entries[n]) end
if ARGV[3] ~= '' then audit(unpack(ARGV, 3, 8)) end
return 1
