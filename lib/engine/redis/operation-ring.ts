import { randomBytes } from 'node:crypto';
import type { QueueKeys } from './redis-keys.js';

const PLACES = 1_024;
const KEPT_MS = 3_600_000;

/** Numbers what this client asks of each queue, so that the store answers a repetition without doing it again. */
export class OperationRing {
  /** Of one engine in one process. */
  readonly client = randomBytes(9).toString('base64url');
  private readonly last = new Map<string, number>();

  next(queue: string): number {
    const seq = (this.last.get(queue) ?? 0) + 1;
    this.last.set(queue, seq);
    return seq;
  }

  key(keys: QueueKeys): string {
    return keys.ring(this.client);
  }

  /** The first arguments of a script that remembers its operation. */
  args(seq: number): [number, number, number] {
    return [seq, PLACES, KEPT_MS];
  }
}
