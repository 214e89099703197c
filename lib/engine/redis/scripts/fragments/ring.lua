-- The operations that a client sent lately, so that one which arrives twice is answered twice and done once.
-- KEYS[14] the client's ring
-- ARGV[2] number of the operation
-- ARGV[3] places in the ring; never as many are under way
-- ARGV[4] milliseconds for which an unused ring is kept
local place_in_ring = tonumber(ARGV[2]) % tonumber(ARGV[3])

local function recall()
  local known = call('HGET', KEYS[14], place_in_ring)
  if not known then return nil end
  local seq, answer = match(known, '^(%d+) (.*)$')
  if seq == ARGV[2] then return answer end
  if tonumber(seq) > tonumber(ARGV[2]) then error({ err = 'VIGIL_OUTDATED operation ' .. ARGV[2] .. ' came after ' .. seq }) end
end

local function remember(answer)
  call('HSET', KEYS[14], place_in_ring, ARGV[2] .. ' ' .. answer)
  call('PEXPIRE', KEYS[14], ARGV[4])
end
