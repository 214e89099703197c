import type { Redis } from 'ioredis';
import type { QueueKeys } from '../../../lib/engine/redis/redis-keys.js';

/** Beside the queue's own keys: by how many milliseconds its clock is ahead. */
export const CLOCK = 'test-clock';

const READING = "call('TIME')";
const SHIFTED = `(function()
  local time = call('TIME')
  local shifted = time[1] * 1000000 + time[2] + (call('GET', ARGV[1] .. '${CLOCK}') or 0) * 1000
  return { floor(shifted / 1000000), shifted % 1000000 }
end)()`;

/** Scripts that read the store's clock with a shift, so that hours go by at once. */
export function withShiftedClock<T extends Readonly<Record<string, string>>>(scripts: T): T {
  const shifted = Object.entries(scripts).map(([name, text]) => {
    const parts = text.split(READING);
    if (parts.length !== 2) throw new Error(`${name} reads the clock ${parts.length - 1} times, not once`);
    return [name, parts.join(SHIFTED)] as const;
  });
  return Object.fromEntries(shifted) as T;
}

export async function shift(client: Redis, queues: readonly QueueKeys[], ms: number): Promise<void> {
  await Promise.all(queues.map(({ tag }) => client.incrby(tag + CLOCK, ms)));
}
