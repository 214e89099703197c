-- Fills free slots: the types in the order given, each within its quota and limits, suspects first and one at a time.
-- ARGV[1..]: demands from `first` on, 6 arguments each
local function claim(first, slots, order, suspects, claims)
  local opens
  for at = first, slots > 0 and #ARGV or 0, 6 do
    local lists = lists_of(ARGV[at])
    local in_use = claims.jobs < slots and lists_in_use(lists) or 0
    if in_use > 0 then
      local demand, taken = demand_at(at), 0
      local room, opening = room_of(demand)
      if opening then opens = math.min(opens or opening, opening) end
      room = math.min(room, slots - claims.jobs)
      -- Where there is but one list it is most often this one, and then no other needs a look.
      local only = in_use == 1 and room > 0 and take(demand, lists['1'], room, claims)
      if only and only > 0 then
        taken = only
      else
        if suspects and room > 0 then taken = take(demand, lists.s, 1, claims) end
        suspects = suspects and taken == 0
        for _, level in ipairs(order) do
          if taken < room then taken = taken + take(demand, lists[level], room - taken, claims) end
        end
      end
      if taken > 0 and demand.max then count_starts(demand, claims.token, taken) end
      claims.jobs = claims.jobs + taken
    end
  end
  return opens
end
