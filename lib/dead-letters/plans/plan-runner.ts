import { randomBytes } from 'node:crypto';
import type { CancelTimer } from '../../core/clock.js';
import { recordError } from '../../core/record-error.js';
import type { Redactor } from '../../core/redaction.js';
import { PlanRun, TICK_MS, type PlanRunParts, type PlanRunState } from './plan-run.js';
import { decodePlan } from './plan-record.js';

export interface PlanRunnerParts extends PlanRunParts {
  readonly redactor: Redactor;
  /** Plans of other processes are looked for so often; absent where there are none. */
  readonly pollMs?: number;
  /** Who is not heard of for so long has lost his plans. Default 6 s. */
  readonly leaseMs?: number;
}

/** So often a process looks for plans that nobody attends to. */
export const PLAN_POLL_MS = 2_000;
const LEASE_MS = 6_000;
const AFTER_FAILURE_MS = 1_000;

/** Carries out plans, its own and those of processes that died: any process does, whether it works jobs off or not. */
export class PlanRunner {
  private readonly owner = randomBytes(9).toString('base64url');
  private readonly runs = new Map<string, PlanRun>();
  private cancelNext: CancelTimer | undefined;
  private looking: Promise<void> | undefined;
  private again = false;
  private waitedMs = TICK_MS / 2;
  private closed = false;

  constructor(private readonly parts: PlanRunnerParts) {}

  /** Looks at once: a plan was begun, or goes on. */
  kick(): void {
    if (this.closed) return;
    this.cancelNext?.();
    if (this.looking) this.again = true;
    else this.looking = this.look();
  }

  /** Ends what it is at, and leaves its plans to others. */
  async close(): Promise<void> {
    this.closed = true;
    this.cancelNext?.();
    await this.looking;
    if (this.runs.size === 0) return;
    this.runs.clear();
    await this.parts.engine.attendPlans(this.owner, 0).catch((error: unknown) => this.tell(error));
  }

  private async look(): Promise<void> {
    let waitMs: number | undefined;
    try {
      waitMs = await this.attend();
    } catch (error) {
      this.tell(error);
      waitMs = AFTER_FAILURE_MS;
    }
    this.looking = undefined;
    if (this.closed) return;
    if (this.again) {
      this.again = false;
      this.kick();
    } else if (waitMs !== undefined) {
      this.cancelNext = this.parts.clock.schedule(waitMs, () => this.kick(), { unref: true });
    }
  }

  /** When to look again; undefined where there is nothing to look for. */
  private async attend(): Promise<number | undefined> {
    const { engine, leaseMs = LEASE_MS } = this.parts;
    const stored = await engine.attendPlans(this.owner, leaseMs);
    const states = new Map<string, PlanRunState>();
    for (const { text, fence } of stored) {
      if (this.closed) break;
      const record = decodePlan(text);
      const known = this.runs.get(record.id);
      const run = known?.fence === fence ? known : new PlanRun(record, fence, this.parts);
      this.runs.set(record.id, run);
      states.set(record.id, await this.work(run));
    }
    for (const id of this.runs.keys()) {
      const state = states.get(id);
      if (state === undefined || state === 'lost' || state === 'closed') this.runs.delete(id);
    }
    return this.waitFor([...states.values()]);
  }

  /** What fails with one plan keeps no other from going on. */
  private async work(run: PlanRun): Promise<PlanRunState> {
    try {
      return await run.work();
    } catch (error) {
      this.tell(error);
      return 'waiting';
    }
  }

  private waitFor(states: readonly PlanRunState[]): number | undefined {
    const { pollMs, leaseMs = LEASE_MS } = this.parts;
    // Who lost a plan may find it back: an answer was lost, and the change was its own.
    const isBusy = states.includes('moving') || states.includes('lost');
    // Of jobs that do not end for long there is little to see; but the lease must not run out.
    this.waitedMs = isBusy ? TICK_MS : Math.min(2 * this.waitedMs, leaseMs / 3);
    return isBusy || states.includes('waiting') ? this.waitedMs : pollMs;
  }

  private tell(error: unknown): void {
    const { name, message } = recordError(error, this.parts.redactor);
    this.parts.logger.warn(`plans over dead letters wait: ${name}: ${message}; they go on when the store answers`);
  }
}
