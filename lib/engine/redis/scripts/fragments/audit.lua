-- Who changed what, and why: one line for each change, never trimmed. `after` may be left out.
-- KEYS[15] audit
local function audit(action, actor, reason, target, before, after)
  local line = { 'at', now, 'action', action, 'actor', actor, 'reason', reason, 'target', target, 'before', before }
  if after then line[13], line[14] = 'after', after end
  call('XADD', KEYS[15], '*', unpack(line))
end
