import type { Writable } from 'node:stream';

/**
 * What is written to a connection until the promises at hand are through leaves in one write. Each write that finds Redis asleep
 * wakes it, which for a turn right behind an enqueue takes longer than to make the turn.
 */
export function gather(connection: Writable): void {
  if (connection.writableCorked > 0) return;
  connection.cork();
  process.nextTick(() => connection.uncork());
}
