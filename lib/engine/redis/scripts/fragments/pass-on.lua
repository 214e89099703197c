-- Who else should look: idle workers, when this one leaves something waiting.
-- ARGV[1..]: demands from `first` on, 6 arguments each
local IDLE_MS = 60000

local function left_in(tv)
  local left = 0
  for _, list in pairs(lists_of(tv)) do left = left + call('LLEN', list) end
  return left
end

local function pass_on(worker, first, slots, claimed)
  if slots > 0 and may_be_idle then call('ZREM', IDLE, worker) end
  if idle_workers() > 0 then
    for tv in pairs(rung) do
      local left = left_in(tv)
      rung[tv] = left > 0 and left or nil
    end
    for at = first, slots > 0 and claimed == slots and #ARGV or 0, 6 do
      local left = left_in(ARGV[at])
      if left > 0 and room_of(demand_at(at)) > 0 then rung[ARGV[at]] = left end
    end
    ring_bells()
  end
  if claimed < slots then call('ZADD', IDLE, now + IDLE_MS, worker) end
end
