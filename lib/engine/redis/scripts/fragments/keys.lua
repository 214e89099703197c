-- The keys that all transitions share, and the store's clock.
-- KEYS[1] never exists: while a Cluster moves the slot, a script that names it is turned away before it begins, so no
-- transition ever runs on a part of its keys, the derived ones included.
-- KEYS[2] pasts of jobs
-- KEYS[3] next due time of each type@version
-- KEYS[4] cumulative counters
-- KEYS[5] ghosts in the lists of each type@version
-- KEYS[6] watched jobs
-- KEYS[7] idle workers
-- KEYS[8] last token
-- KEYS[9] groups of dead letters
-- KEYS[10] alerts by the time they may be given out
-- KEYS[11] texts of the alerts
-- KEYS[12] what is paused
-- KEYS[13] every type@version that ever had a job
-- ARGV[1] what every key of the queue begins with; the keys of types and jobs are derived from it
local call, find, sub, match, byte, floor = redis.call, string.find, string.sub, string.match, string.byte, math.floor
-- Looking up a global takes longer than a local, and these are looked up for every job.
local KEYS, ARGV = KEYS, ARGV
local P = ARGV[1]
local PASTS, DUE, COUNTS, GHOSTS, WATCHED, IDLE = KEYS[2], KEYS[3], KEYS[4], KEYS[5], KEYS[6], KEYS[7]
local TOKEN, GROUPS, OUTBOX, ALERTS, PAUSED, TYPES = KEYS[8], KEYS[9], KEYS[10], KEYS[11], KEYS[12], KEYS[13]
local time = call('TIME')
local micros = time[1] * 1000000 + time[2]
local now = floor(micros / 1000)
-- Made once: to write a number down takes as long as all else that is done for a job.
local now_text = string.format('%.0f', now)
