-- Where the operation id begins in a record: behind layout, state, flag and the enqueue time.
local OP_AT = 18
