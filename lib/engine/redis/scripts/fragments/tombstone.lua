-- Which of the places on a minute's list have a tombstone whose window is over.
local HEAD = 511

-- A place with a big result is marked, and only its beginning is read.
local function records_at(places)
  local keys, plain, records = {}, {}, {}
  for n, place in ipairs(places) do
    local is_big = sub(place, 1, 1) == '+'
    keys[n] = P .. 'j:' .. (is_big and sub(place, 2) or place)
    if is_big then records[n] = call('GETRANGE', keys[n], 0, HEAD) else plain[#plain + 1] = n end
  end
  local plain_keys = {}
  for k, n in ipairs(plain) do plain_keys[k] = keys[n] end
  local found = #plain > 0 and call('MGET', unpack(plain_keys)) or {}
  for k, n in ipairs(plain) do records[n] = found[k] or '' end
  return keys, records
end

-- The keys to delete, and the places to look at again: later in this minute, and those of a newer layout. A tombstone that
-- stays for longer was made later, and stands on the list of its own minute.
local function sort_out(places, minute_end)
  local keys, records = records_at(places)
  local over, kept, foreign = {}, {}, {}
  for n, place in ipairs(places) do
    local layout, ended = match(records[n], '^(.)([CXR]?)')
    local window_end = ended ~= '' and tonumber((match(records[n], '\n%d+ (%d+)\n')))
    if layout and layout ~= '1' then
      foreign[#foreign + 1] = place
    elseif window_end and window_end <= now then
      over[#over + 1] = keys[n]
    elseif window_end and window_end < minute_end then
      kept[#kept + 1] = place
    end
  end
  return over, kept, foreign
end
