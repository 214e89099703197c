import type { Clock } from '../../core/clock.js';
import { formatJobId } from '../../core/job-id.js';
import type { Page } from '../../core/job-snapshot.js';
import type { PlanLine, PlannedMove, PlanPart, PlanWrite, ReplayPlans, StoredPlan } from '../replay-plan.port.js';
import type { MemoryAudit } from './memory-audit.js';
import type { MemoryDeadLetters } from './memory-dead-letters.js';
import { Tombstone } from './memory-job.js';
import type { MemoryPlanPart, MemoryQueue } from './memory-queue.js';
import type { MemoryStore } from './memory-store.js';
import { pageOf, positionOf } from './page.js';

type UnderWay = MemoryPlanPart['underWay'] extends Map<string, infer T> ? T : never;

const ENDS = { completed: 'completed', cancelled: 'cancelled', resolved: 'died', dead: 'died' } as const;

export class MemoryPlans implements ReplayPlans {
  constructor(
    private readonly store: MemoryStore,
    private readonly letters: MemoryDeadLetters,
    private readonly audit: MemoryAudit,
    private readonly clock: Clock,
  ) {}

  async writePlan({ planId, expected, text, live, fence }: PlanWrite): Promise<StoredPlan | undefined> {
    const known = this.store.plans.get(planId);
    if (known?.text === text) return { text, fence: known.fence };
    if (known?.text !== expected || (fence !== undefined && fence !== known?.fence)) return undefined;
    const plan = known ?? { text, fence: 0, live, leaseUntil: 0 };
    this.store.plans.set(planId, Object.assign(plan, { text, live }));
    if (fence === undefined) {
      plan.fence++;
      plan.owner = undefined;
      plan.leaseUntil = 0;
    }
    return { text, fence: plan.fence };
  }

  async readPlan(planId: string): Promise<StoredPlan | undefined> {
    const known = this.store.plans.get(planId);
    return known && { text: known.text, fence: known.fence };
  }

  async listPlans(limit: number, cursor?: string): Promise<Page<string>> {
    const skipped = positionOf(cursor, 0);
    const newest = [...this.store.plans.values()].reverse().slice(skipped);
    const found = newest.map((value, n) => ({ position: skipped + n + 1, value }));
    return pageOf(found, limit, ({ text }) => text);
  }

  async attendPlans(owner: string, leaseMs: number): Promise<StoredPlan[]> {
    const now = this.clock.now();
    const attended: StoredPlan[] = [];
    for (const plan of this.store.plans.values()) {
      const isFree = plan.leaseUntil <= now;
      const isOwn = plan.owner === owner;
      if (!plan.live || !(isOwn || isFree)) continue;
      if (leaseMs === 0) {
        if (isOwn) plan.leaseUntil = 0;
        continue;
      }
      if (isFree) plan.fence++;
      plan.owner = owner;
      plan.leaseUntil = now + leaseMs;
      attended.push({ text: plan.text, fence: plan.fence });
    }
    return attended;
  }

  async openPlanPart(name: string, planId: string, fence: number, line: PlanLine): Promise<PlanPart | undefined> {
    const queue = this.store.queue(name);
    const part = this.partOf(queue, planId);
    if (part.fence > fence) return undefined;
    part.fence = fence;
    if (part.cursor === '') part.cursor = String(this.store.lastBurial + 1);
    if (part.told < line.revision) {
      part.told = line.revision;
      this.audit.write(queue, line.action, line, planId, line.before, line.after);
    }
    return shown(name, part);
  }

  async movePlanned(move: PlannedMove): Promise<PlanPart | undefined> {
    const { planId, queue: name, fence, action, cursor, nextCursor, letters, keepSteps } = move;
    const queue = this.store.find(name);
    const part = queue?.planParts.get(planId);
    if (!queue || !part || part.fence > fence) return undefined;
    if (part.cursor !== cursor || part.over) return shown(name, part);
    const by = { actor: move.actor, reason: move.reason };
    for (const { ref, life, windowMs } of letters) {
      const { status } =
        action === 'replay'
          ? this.letters.replayNow(ref, by, { life, keepSteps }, planId)
          : this.letters.resolveNow(ref, windowMs, by, { planId, life });
      if (status !== 'ok') part.missed++;
      else part.moved++;
      if (status === 'ok' && action === 'replay') {
        const next = { ...ref, life: life + 1 };
        part.underWay.set(keyOf(next), next);
      }
    }
    part.cursor = nextCursor ?? cursor;
    part.over = nextCursor === undefined;
    return shown(name, part);
  }

  async lookAtPlanned(name: string, planId: string, most: number): Promise<PlanPart> {
    const queue = this.store.queue(name);
    const part = queue.planParts.get(planId);
    if (!part) return shown(name, newPart());
    for (const [key, job] of [...part.underWay].slice(0, most)) {
      const outcome = this.outcomeOf(queue, job);
      part.underWay.delete(key);
      if (outcome) part[outcome]++;
      else part.underWay.set(key, job);
    }
    return shown(name, part);
  }

  /** What was dead leaves a trace until it is resolved, and in its next life it has another number: so what is gone had ended well. */
  private outcomeOf(queue: MemoryQueue, job: UnderWay): 'completed' | 'died' | 'cancelled' | undefined {
    const found = queue.types.get(job.type)?.slots.get(job.slotKey);
    if (found?.op !== job.op) return 'completed';
    if (found.life > job.life) return 'died';
    if (found instanceof Tombstone) return ENDS[found.state];
    return found.state === 'dead' ? ENDS.dead : undefined;
  }

  private partOf(queue: MemoryQueue, planId: string): MemoryPlanPart {
    const known = queue.planParts.get(planId) ?? newPart();
    queue.planParts.set(planId, known);
    return known;
  }
}

function newPart(): MemoryPlanPart {
  const figures = { moved: 0, missed: 0, completed: 0, died: 0, cancelled: 0 };
  return { fence: 0, told: 0, cursor: '', over: false, ...figures, underWay: new Map() };
}

function shown(queue: string, part: MemoryPlanPart): PlanPart {
  const { cursor, over, moved, missed, completed, died, cancelled, underWay } = part;
  return { queue, cursor, over, moved, missed, completed, died, cancelled, underWay: underWay.size };
}

function keyOf(job: UnderWay): string {
  return `${formatJobId(job)}~${job.life}`;
}
