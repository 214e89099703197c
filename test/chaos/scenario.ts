import type { Field } from './field.js';

export interface Size {
  /** How often the fault strikes. */
  readonly rounds: number;
  readonly jobs: number;
}

/** One fault: what is done to the system, and how much of it. The verdict is the same for all, and is given afterwards. */
export interface Scenario {
  readonly name: string;
  /** Its number in the matrix of faults. */
  readonly fault: string;
  readonly shows: string;
  /** Command line of the Redis server beyond the usual. */
  readonly server?: readonly string[];
  /** For `npm test`, and for `npm run chaos`. */
  readonly short: Size;
  readonly long: Size;
  /** What the deadline of each command is, for workers and producers. Default 5 s. */
  readonly commandTimeoutMs?: number;
  /** @returns what was measured, for the row */
  run(field: Field, size: Size): Promise<string | undefined>;
}
