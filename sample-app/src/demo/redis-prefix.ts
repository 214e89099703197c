import { randomBytes } from 'node:crypto';
import { Redis } from 'ioredis';

/** A name of its own for each run, so that two runs on one Redis never meet. */
export function newPrefix(): string {
  return `vigil-demo-${randomBytes(4).toString('hex')}`;
}

/** Removes every key that a run left under its prefix, and tells how many there were. */
export async function removePrefix(url: string, prefix: string): Promise<number> {
  const redis = new Redis(url);
  try {
    let removed = 0;
    for await (const keys of redis.scanStream({ match: `{${prefix}*`, count: 1_000 })) {
      if ((keys as string[]).length > 0) removed += await redis.unlink(...(keys as string[]));
    }
    return removed;
  } finally {
    redis.disconnect();
  }
}
