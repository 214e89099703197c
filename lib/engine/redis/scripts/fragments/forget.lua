-- Leaves nothing behind of completed jobs that had failed, stalled or remembered steps before.
local function forget_pasts(members, places, pasts)
  for k, member in ipairs(members) do
    if pasts[k] then
      local id = places[k] .. match(member, '(~[^~]+)~')
      call('HDEL', PASTS, member)
      call('UNLINK', P .. 'l:' .. id, P .. 'st:' .. id)
    end
  end
end
