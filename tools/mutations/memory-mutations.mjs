/** @typedef {import('./mutation.mjs').Mutation} Mutation */

/**
 * @param {string} without
 * @param {string} file
 * @param {string} find
 * @param {string} [replace]
 * @returns {Mutation}
 */
const inMemory = (without, file, find, replace = '') => ({
  ...{ engine: 'memory', without, file: `lib/engine/memory/memory-${file}.ts`, find, replace },
});

/** The same promises, as far as the memory engine keeps them by a line of its own. @type {readonly Mutation[]} */
export const memoryMutations = [
  inMemory('fencing', 'consumer', 'job.lease?.text === attempt.lease', 'job.lease !== undefined'),
  inMemory('rising fencing tokens', 'claims', 'Math.max(queue.lastToken + 1, Math.round(now * 1_000))', '1'),
  inMemory('the key check', 'producer', "if (first && first.state !== 'cancelled') {", 'if (first && false) {'),
  inMemory('accepting an operation once', 'producer', 'if (first?.op === request.op)', 'if (first && false)'),
  inMemory('the end of windows', 'queue', 'found.windowEnd <= now', 'false'),
  inMemory('answering a turn again', 'consumer', 'if (last?.seq === turn.seq) return last.answer;'),
  inMemory('refusing outdated turns', 'consumer', 'if (last && last.seq > turn.seq) {', 'if (last && false) {'),
  inMemory(
    'the sweep of dead workers',
    'maintenance',
    'if (alive && deadline > now) continue;',
    'if (deadline > now) continue;',
  ),
  inMemory(
    'the deadline on a live worker',
    'maintenance',
    'if (alive && deadline > now) continue;',
    'if (alive) continue;',
  ),
  inMemory('the alert in a burial', 'transitions', "queue.outbox.write('job.buried', now, JSON.stringify(letter));"),
  inMemory(
    'the dead letter in a burial',
    'transitions',
    'queue.line(job.type, job.version).dead.append(job.grave.position, job);',
  ),
  inMemory('leaving active at an end', 'transitions', 'line.active.delete(job);'),
  inMemory(
    'cancellation of what runs',
    'consumer',
    'if (job.cancelRequested) {',
    'if (job.cancelRequested && false) {',
  ),
  inMemory('suspects', 'maintenance', 'job.suspect = true;'),
  inMemory('one suspect at a time', 'claims', 'turn.takeSuspect ? 1 : 0', 'turn.takeSuspect ? Infinity : 0'),
  inMemory('promotion in a turn', 'consumer', 'this.transitions.promoteDue(queue, now, PROMOTED_PER_TURN);'),
  inMemory(
    'forgetting the expiry of what began',
    'transitions',
    "this.forgetExpiry(queue, job);\n    job.state = 'active';",
    "job.state = 'active';",
  ),
  inMemory('pauses', 'claims', 'if (queue.paused || type.paused) return { room: 0 };'),
  inMemory(
    'the limit over all workers',
    'claims',
    'demand.globalConcurrency - type.active',
    'demand.globalConcurrency',
  ),
  inMemory('deleting tombstones', 'maintenance', 'slots.delete(tombstone.slotKey);'),
  inMemory('a new life at a replay', 'transitions', 'job.life++;'),
  inMemory(
    'the life that a replay means',
    'dead-letters',
    'if (found.life !== (life ?? found.life))',
    'if (found.life < 0)',
  ),
  inMemory('the fence of a plan', 'plans', '|| !part || part.fence > fence) return', '|| !part) return'),
  inMemory('the position of a plan', 'plans', 'if (part.cursor !== cursor || part.over)', 'if (part.over)'),
  inMemory(
    'knowing an id from what took its place',
    'queue',
    'return found?.op === ref.op ? found : undefined;',
    'return found;',
  ),
  inMemory(
    'giving back what a worker does not know of',
    'consumer',
    'for (const job of strangers) this.transitions.release(queue, job, 0, now);',
  ),
];
