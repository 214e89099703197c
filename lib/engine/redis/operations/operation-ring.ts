import { randomBytes } from 'node:crypto';
import { OperationGate } from './operation-gate.js';
import type { QueueKeys } from '../redis-keys.js';

const PLACES = 1_024;
/**
 * Fewer than the ring has places, enqueues included. What is sent twice because its answer was lost must find that answer
 * there, and not the one of an operation that has taken its place since.
 */
const MOST_UNDER_WAY = 512;
const KEPT_MS = 3_600_000;

/** The first arguments of a script that remembers its operation: its number, and size and life of the ring. */
export type OperationArguments = readonly [seq: number, places: number, keptMs: number];

/** Numbers what this client asks of each queue, so that the store answers a repetition without doing it again. */
export class OperationRing {
  /** Of one engine in one process. */
  readonly client = randomBytes(9).toString('base64url');
  private readonly last = new Map<string, number>();
  private readonly gates = new Map<string, OperationGate>();

  /** Sends an operation other than an enqueue, as soon as not too many are under way. */
  run<T>(queue: string, send: (operation: OperationArguments) => Promise<T>): Promise<T> {
    let gate = this.gates.get(queue);
    if (!gate) this.gates.set(queue, (gate = new OperationGate(`queue ${queue}`, MOST_UNDER_WAY)));
    return gate.through(() => send(this.args(this.next(queue))));
  }

  next(queue: string): number {
    const seq = (this.last.get(queue) ?? 0) + 1;
    this.last.set(queue, seq);
    return seq;
  }

  key(keys: QueueKeys): string {
    return keys.ring(this.client);
  }

  args(seq: number): OperationArguments {
    return [seq, PLACES, KEPT_MS];
  }
}
