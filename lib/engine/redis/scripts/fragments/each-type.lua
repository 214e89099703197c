-- Every type that ever had a job, or one of them, each once.
local function types_of(type)
  local types, seen = {}, {}
  for _, line in ipairs(lines_of(type)) do
    if not seen[line.type] then types[#types + 1] = { type = line.type } end
    seen[line.type] = true
  end
  return types
end
