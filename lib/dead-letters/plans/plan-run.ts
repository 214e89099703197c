import type { Clock } from '../../core/clock.js';
import type { JobEventBus } from '../../core/job-event-bus.js';
import { parseJobId } from '../../core/job-id.js';
import type { JobLogger } from '../../core/job-logger.js';
import type { DeadLetterSummary } from '../../core/job-snapshot.js';
import type { JobDeadLetters } from '../../engine/dead-letter.port.js';
import type { PlanPart, ReplayPlans } from '../../engine/replay-plan.port.js';
import { Pace } from './pace.js';
import { changedPlan, closedPlan, encodePlan, lineOf, totalsOf, type PlanRecord } from './plan-record.js';
import { nextStep, type PlanChange } from './plan-state.js';

export interface PlanRunParts {
  readonly engine: ReplayPlans & Pick<JobDeadLetters, 'deadLetters'>;
  readonly clock: Clock;
  readonly bus: JobEventBus;
  readonly logger: JobLogger;
  /** How long a job of the type answers for its key when it is resolved. */
  readonly windowOf: (type: string) => number;
}

/**
 * How it stands: `moving` may have more to do in a moment, `waiting` for ends that are long in coming, `resting` until a person
 * decides, `lost` to somebody who changed it or took it over, `closed` when nothing will happen any more.
 */
export type PlanRunState = 'moving' | 'waiting' | 'resting' | 'lost' | 'closed';

/** Between two looks at a plan that moves. */
export const TICK_MS = 250;
/** Then others have their turn, and the lease is renewed. */
const LONGEST_WORK_MS = 1_000;
/** For one script: each of them is a handful of commands. */
const MOST_AT_ONCE = 50;
const MOST_LOOKED_AT = 250;

/** One plan in the hands of one process, from the moment it took it over until it is shut out or all is done. */
export class PlanRun {
  private readonly pace: Pace;
  private readonly parts = new Map<string, PlanPart>();
  private isOpen = false;

  constructor(
    private record: PlanRecord,
    readonly fence: number,
    private readonly of: PlanRunParts,
  ) {
    this.pace = new Pace(record.settings.ratePerSecond, TICK_MS, of.clock.now());
  }

  /** Looks how it stands and does what is to be done now. */
  async work(): Promise<PlanRunState> {
    if (!this.isOpen && !(await this.open())) return 'lost';
    let isGoingOn = await this.look();
    const { clock } = this.of;
    for (const until = clock.now() + LONGEST_WORK_MS; clock.now() <= until;) {
      const totals = totalsOf(this.parts.values());
      const step = nextStep(this.record.state, this.record.settings, totals);
      if (step.kind === 'wait') return totals.underWay === 0 ? 'resting' : isGoingOn ? 'moving' : 'waiting';
      if (step.kind === 'close') {
        return (await this.write(closedPlan(this.record, totals), false)) ? 'closed' : 'lost';
      }
      if (step.kind === 'change') {
        if (!(await this.change(step.change))) return 'lost';
        continue;
      }
      const count = Math.min(step.most, this.pace.allowance(clock.now()), MOST_AT_ONCE);
      if (count < 1) return 'moving';
      if (!(await this.move(count))) return 'lost';
      isGoingOn = true;
    }
    return 'moving';
  }

  /** Whoever had it before is shut out of each queue, and each audit told of what it was not told. */
  private async open(): Promise<boolean> {
    this.isOpen = false;
    for (const queue of this.record.queues) {
      const { id } = this.record;
      const part = await this.of.engine.openPlanPart(queue, id, this.fence, lineOf(this.record));
      if (!part) return false;
      this.parts.set(queue, part);
    }
    this.isOpen = true;
    return true;
  }

  /** Whether any has ended since the last look. */
  private async look(): Promise<boolean> {
    let hasEnded = false;
    for (const { queue, underWay } of this.parts.values()) {
      for (let looked = 0; looked < underWay; looked += MOST_LOOKED_AT) {
        const part = await this.of.engine.lookAtPlanned(queue, this.record.id, MOST_LOOKED_AT);
        hasEnded ||= part.underWay < underWay;
        this.parts.set(queue, part);
      }
    }
    return hasEnded;
  }

  /** A canary is taken from all queues alike, and so is the rest. */
  private async move(count: number): Promise<boolean> {
    const { id, action, filter, settings, actor, reason, state } = this.record;
    const { engine, windowOf } = this.of;
    const open = [...this.parts.values()].filter(({ over }) => !over);
    const part = open.reduce((least, each) => (each.moved < least.moved ? each : least));
    const most = state === 'canary' ? Math.ceil(count / open.length) : count;
    const { items, nextCursor } = await engine.deadLetters({ ...filter, queue: part.queue }, most, part.cursor);
    const letters = items.map(({ id: jobId, life, name }) => {
      return { ref: parseJobId(jobId), life, windowMs: windowOf(name) };
    });
    const { queue, cursor } = part;
    const { keepSteps } = settings;
    const where = { planId: id, queue, fence: this.fence, cursor, nextCursor };
    const moved = await engine.movePlanned({ ...where, action, letters, keepSteps, actor, reason });
    if (!moved) return false;
    this.parts.set(queue, moved);
    this.pace.spend(items.length);
    if (moved.moved - part.moved === items.length) this.tell(items);
    return true;
  }

  private async change(change: Extract<PlanChange, 'advance' | 'stop' | 'complete'>): Promise<boolean> {
    const reason = reasonOf(change, this.record, totalsOf(this.parts.values()));
    const next = changedPlan(this.record, change, { actor: this.record.actor, reason }, this.of.clock.now());
    if (!next || !(await this.write(next, true))) return false;
    const { id, action } = next;
    const line = `${action} plan ${next.state}: id=${id} reason=${JSON.stringify(reason)}`;
    if (change === 'stop') this.of.logger.warn(line);
    else this.of.logger.log(line);
    return this.open();
  }

  /** False when somebody else changed it, or took it over. */
  private async write(next: PlanRecord, live: boolean): Promise<boolean> {
    const { record, fence } = this;
    const [expected, text] = [record, next].map(encodePlan);
    const written = await this.of.engine.writePlan({ planId: record.id, expected, text, live, fence });
    if (written) this.record = next;
    return written !== undefined;
  }

  private tell(letters: readonly DeadLetterSummary[]): void {
    const { bus, clock } = this.of;
    const { action, actor, reason } = this.record;
    const type = action === 'replay' ? 'job.replayed' : 'job.resolved';
    if (!bus.wants(type)) return;
    for (const { id, name, queue } of letters) bus.emit({ type, at: clock.now(), id, name, queue, actor, reason });
  }
}

function reasonOf(
  change: Extract<PlanChange, 'advance' | 'stop' | 'complete'>,
  { state, action, settings }: PlanRecord,
  { moved, completed, died, cancelled }: ReturnType<typeof totalsOf>,
): string {
  const share = `${died} of ${completed + died + cancelled} died again`;
  if (change === 'stop')
    return `${state === 'canary' ? 'canary: ' : ''}${share}, more than ${settings.stopAbove} of them`;
  if (change === 'advance') return `canary: ${share}`;
  return action === 'replay' ? `${moved} replayed, ${share}` : `${moved} resolved`;
}
