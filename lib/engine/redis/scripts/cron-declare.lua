#!lua flags=allow-oom
-- Makes cron entries known, or says that they are still there.
-- KEYS[1..13] of the queue, KEYS[14] names of the entries, KEYS[15..] entries
-- ARGV[1] tag, ARGV[2] when the process started, ARGV[3] milliseconds for which a definition stands that nobody declares,
-- ARGV[4..] of each entry name, fingerprint and definition
-- returns now, and of each entry its mark, and P if it is paused, O if another definition counts
--@include keys
local booted, stands = tonumber(ARGV[2]), tonumber(ARGV[3])
local answer = { now_text }
for n = 15, #KEYS do
  local at = 4 + 3 * (n - 15)
  local key, fingerprint, letter = KEYS[n], ARGV[at + 1], ''
  local known = call('HMGET', key, 'fp', 'boot', 'seen', 'mark', 'paused')
  local counts = booted >= tonumber(known[2] or 0) or tonumber(known[3] or 0) < now - stands
  if known[1] == fingerprint then
    call('HSET', key, 'seen', now_text, 'boot', math.max(booted, tonumber(known[2])))
    if counts then call('HSET', key, 'def', ARGV[at + 2]) end
  elseif counts then
    known[4] = string.format('%.0f', math.max(now, tonumber(known[4] or 0)))
    call('HSET', key, 'fp', fingerprint, 'def', ARGV[at + 2], 'boot', ARGV[2], 'seen', now_text, 'mark', known[4])
    call('SADD', KEYS[14], ARGV[at])
  else
    letter = 'O'
  end
  answer[#answer + 1] = known[4] or '0'
  answer[#answer + 1] = letter == '' and known[5] and 'P' or letter
end
return answer
