-- Who changed what, and why: one line for each change, never trimmed.
-- KEYS[15] audit
local function audit(action, actor, reason, target, before)
  call('XADD', KEYS[15], '*', 'at', now, 'action', action, 'actor', actor, 'reason', reason, 'target', target, 'before', before)
end
