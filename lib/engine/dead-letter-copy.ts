import type { JobRef } from '../core/job-id.js';
import type { StoredOverrides } from '../core/job-policy.js';
import type { DeadLetterSummary } from '../core/job-snapshot.js';
import type { PriorityLevel } from '../core/priority.js';

/** All that is kept of a dead job: what has it can put the job back where it was. */
export interface DeadLetterCopy extends JobRef {
  readonly life: number;
  readonly version: number;
  readonly level: PriorityLevel;
  readonly key?: string | number;
  readonly enqueuedAt: number;
  readonly overrides?: StoredOverrides;
  readonly payload: string;
  readonly payloadHash: string;
  readonly summary: DeadLetterSummary;
  /** JSON of what its group has in common. */
  readonly groupLabel: string;
  /** Where it stood among the burials of its queue, if that is told. */
  readonly position?: number;
  /** Of its last life. */
  readonly begun: { readonly attempts: number; readonly failures: number; readonly stalls: number };
  /** Attempts and replays, oldest first, as the store keeps them. */
  readonly history: readonly string[];
  readonly steps: Readonly<Record<string, string>>;
}

/** `already`: it is there, dead in the same life. `taken`: its key belongs to another job, or to this one in another state. */
export type ImportOutcome =
  { readonly status: 'ok' } | { readonly status: 'already' } | { readonly status: 'taken'; readonly state: string };

/** Of all results together, as their limit counts them. */
export function bytesOfSteps(steps: Readonly<Record<string, string>>): number {
  return Object.values(steps).reduce((sum, value) => sum + Buffer.byteLength(value), 0);
}
