import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../paths.mjs';
import { cronMutations } from './cron-mutations.mjs';
import { lockMutations } from './lock-mutations.mjs';
import { memoryMutations } from './memory-mutations.mjs';
import { mutate } from './mutation.mjs';
import { redisMutations } from './redis-mutations.mjs';

export const mutations = [...redisMutations, ...memoryMutations, ...lockMutations, ...cronMutations];

/** What keeps mutations from being made: the sources have changed under them. */
export function misplaced(wanted = mutations) {
  return wanted.flatMap((mutation) => {
    try {
      mutate(readFileSync(join(root, mutation.file), 'utf8'), mutation);
      return [];
    } catch (error) {
      return [String(error)];
    }
  });
}
