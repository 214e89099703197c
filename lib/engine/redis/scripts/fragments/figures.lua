-- The figures of the minute, one write for each that changed; kept for 25 hours.
local FIGURES_KEPT_S = 90000
local figures = {}

local function count(figure, by)
  figures[figure] = (figures[figure] or 0) + by
end

local function write_figures()
  local key, is_new = P .. 'mm:' .. floor(now / 60000), false
  for figure, by in pairs(figures) do
    if call('HINCRBY', key, figure, by) == tonumber(by) then is_new = true end
  end
  if is_new then call('EXPIRE', key, FIGURES_KEPT_S, 'NX') end
end
