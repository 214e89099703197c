-- The doorbell: one token for each job that came to wait, no more than there are idle workers. It is rung last, so that
-- whoever wakes finds everything in place; a token that nobody wants any more vanishes.
local BELL_MS, MOST_TOKENS = 60000, 100
local rung, alarmed, may_be_idle = {}, {}, true
-- Tokens of each line that are saved, because somebody was woken without.
local saved = 0

local function ring(tv, jobs)
  rung[tv] = (rung[tv] or 0) + jobs
end

-- Something is now due before all else: an idle worker has set its alarm for later.
local function ring_alarm(tv)
  alarmed[tv] = true
end

local function idle_workers()
  if not may_be_idle then return 0 end
  return math.min(call('ZCOUNT', IDLE, now, '+inf'), MOST_TOKENS)
end

local function ring_bells()
  if not next(rung) and not next(alarmed) then return end
  local idle = idle_workers()
  if idle == 0 then return end
  for tv in pairs(alarmed) do rung[tv] = rung[tv] or 1 end
  for tv, jobs in pairs(rung) do
    local bell, tokens = P .. 'bell:' .. tv, {}
    for n = 1, math.min(jobs, idle) - saved do tokens[n] = '1' end
    if #tokens > 0 then
      call('RPUSH', bell, unpack(tokens))
      call('LTRIM', bell, -idle, -1)
      call('PEXPIRE', bell, BELL_MS)
    end
  end
end
