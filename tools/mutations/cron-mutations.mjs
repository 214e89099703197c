import { inFile } from './mutation.mjs';

/** @typedef {import('./mutation.mjs').Mutation} Mutation */

const inSlot = inFile('redis', 'lib/engine/redis/scripts/cron-slot.lua', 'cron: ');
const inDeclare = inFile('redis', 'lib/engine/redis/scripts/cron-declare.lua', 'cron: ');
const inNote = inFile('redis', 'lib/engine/redis/scripts/cron-note.lua', 'cron: ');
const inHistory = inFile('redis', 'lib/engine/redis/scripts/fragments/cron-history.lua', 'cron: ');
const inMemory = inFile('memory', 'lib/engine/memory/memory-cron.ts', 'cron: ');

/** @type {readonly Mutation[]} */
export const cronMutations = [
  inSlot('one run a slot', "if mark >= slot then return 'taken '", "if mark == slot + 1 then return 'taken '"),
  inSlot('refusing early slots', 'if slot > now + 1000 then', 'if false then'),
  inSlot('obeying the pause', "if known[3] then return 'paused' end"),
  inSlot('obeying the definition in force', "if known[1] ~= ARGV[9] then return 'outdated' end"),
  inSlot('missing no slot before', "if mark < after or ARGV[17] ~= '0' and mark > after then", 'if false then'),
  inSlot(
    'moving the mark',
    "if kind ~= 'H' then call('HSET', KEYS[16], 'mark'",
    "if false then call('HSET', KEYS[16], 'mark'",
  ),
  inSlot(
    'leaving the mark to a run by hand',
    "if kind ~= 'H' then call('HSET', KEYS[16], 'mark'",
    "if true then call('HSET', KEYS[16], 'mark'",
  ),
  inSlot('looking for an overlap', "if kind ~= 'L' and most > 0 and live >= most then", 'if false then'),
  inSlot('knowing its last run again', "if known[4] == op then return 'accepted' end"),
  inDeclare(
    'beginning now when it is declared anew',
    "string.format('%.0f', math.max(now, tonumber(known[4] or 0)))",
    "known[4] or '0'",
  ),
  inDeclare(
    'the definition of whoever started last',
    'local counts = booted >= tonumber(known[2] or 0) or',
    'local counts = true or',
  ),
  inNote('one end a run', "or call('ZREM', KEYS[19], ARGV[8]) == 1)", "or call('ZREM', KEYS[19], ARGV[8]) >= 0)"),
  inHistory('an end of its history', "call('LLEN', KEYS[18]) > MOST_LINES or", 'false or'),
  inHistory('one alert a thing', 'if find(before, told, 1, true) then return 0 end'),
  inNote('counting a line once', 'is_new or ARGV[8]', 'true or ARGV[8]'),
  inSlot('counting what is skipped', "count_outcome(name, 'skipped', 1)"),
  inSlot('counting all that was missed', "count_outcome(name, 'missed', missed)", "count_outcome(name, 'missed', 1)"),
  inHistory('the minute of an outcome', "count('cron:' .. outcome .. ':' .. name, times)"),
  inHistory('the total of an outcome', "call('HINCRBY', KEYS[16], 'n:' .. outcome, times)"),
  inMemory('one run a slot', 'if (mark >= slot) return', 'if (mark === slot + 1) return'),
  inMemory('refusing early slots', 'if (slot > now + MOST_EARLY_MS)', 'if (slot < 0)'),
  inMemory('obeying the pause', 'if (entry.isPaused) return', 'if (slot < 0) return'),
  inMemory(
    'missing no slot before',
    'if (mark === after || (mark > after && take.missedCount === 0)) return undefined;',
    'return undefined;',
  ),
  inMemory('looking for an overlap', "if (kind !== 'late' && mostLive > 0 &&", 'if (mostLive < 0 &&'),
  inMemory('one end a run', '!entry.open.delete(closes.field))', '(entry.open.delete(closes.field), false))'),
  inMemory('one alert a thing', 'if (entry.tell(kind, about)) return false;'),
  inMemory('counting a line once', 'if (isNew || closes) count(', 'count('),
  inMemory('counting what is skipped', "count(queue, entry, request.type, 'skipped', 1, now);"),
  inMemory('counting all that was missed', "'missed', take.missedCount, now)", "'missed', 1, now)"),
  inMemory('the minute of an outcome', 'queue.minutes.count(`${CRON}:${outcome}:${name}`, times, now);'),
  inMemory('the total of an outcome', 'entry.count(outcome, times);'),
];
