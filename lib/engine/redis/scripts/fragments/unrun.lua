-- Jobs that are not running, as whoever buries them must know them: type, member, attempts begun, and the beginning of the
-- record, in which all stands but the payload.
local BEGINNING = 4095

local function describe(type, members, into)
  for _, member in ipairs(members) do
    local key, size = P .. 'j:' .. type .. '~' .. match(member, '^[^~]+'), #into
    into[size + 1], into[size + 2], into[size + 3] = type, member, tostring(past_of(member).starts)
    into[size + 4] = call('GETRANGE', key, 0, BEGINNING)
  end
end
