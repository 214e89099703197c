-- The versions of a type that ever had a job, the lowest first.
local function lines_of(type)
  local lines = {}
  for _, tv in ipairs(call('SMEMBERS', TYPES)) do
    local name, version = match(tv, '^(.+)@(%d+)$')
    if name == type or type == '' then lines[#lines + 1] = { tv = tv, type = name, version = tonumber(version) } end
  end
  table.sort(lines, function(a, b) return a.version < b.version end)
  return lines
end
