import { formatJobId } from '../../../core/job-id.js';
import type { Page } from '../../../core/job-snapshot.js';
import { resolutionAfter, replayTexts } from '../../replay-text.js';
import type { PlanLine, PlannedMove, PlanPart, PlanWrite, ReplayPlans, StoredPlan } from '../../replay-plan.port.js';
import type { RedisConnection } from '../connection/redis-connection.js';
import { placeOf, type RedisKeys } from '../redis-keys.js';
import { partsOfCursor } from './redis-cursor.js';

type PartReply = readonly [
  ...[cursor: string, over: string, moved: string, missed: string],
  ...[completed: string, died: string, cancelled: string, underWay: string],
];

const CURSOR = /^(\d{1,9})$/;

/** Plans over dead letters: their records in a slot of their own, their parts beside the letters that they move. */
export class RedisPlans implements ReplayPlans {
  constructor(
    private readonly connection: RedisConnection,
    private readonly keys: RedisKeys,
  ) {}

  async writePlan({ planId, expected = '', text, live, fence }: PlanWrite): Promise<StoredPlan | undefined> {
    const { plans } = this.keys;
    const args = [planId, expected, text, live ? 1 : 0, fence ?? ''];
    const reply = await this.connection.run<string | null>('plan-write', plans, plans.own, args);
    return reply === null ? undefined : { text, fence: Number(reply) };
  }

  async readPlan(planId: string): Promise<StoredPlan | undefined> {
    const { texts, fences } = this.keys.plans;
    const fence = await this.connection.command<string | null>('hget', fences, planId);
    const text = await this.connection.command<string | null>('hget', texts, planId);
    return text === null ? undefined : { text, fence: Number(fence) };
  }

  async listPlans(limit: number, cursor?: string): Promise<Page<string>> {
    const { texts, index } = this.keys.plans;
    const first = Number(partsOfCursor(cursor, CURSOR)?.[0] ?? 0);
    const ids = await this.connection.command<string[]>('zrevrange', index, first, first + limit);
    const shown = ids.slice(0, limit);
    const items = shown.length === 0 ? [] : await this.connection.command<string[]>('hmget', texts, ...shown);
    return ids.length > limit ? { items, nextCursor: String(first + limit) } : { items };
  }

  async attendPlans(owner: string, leaseMs: number): Promise<StoredPlan[]> {
    const { plans } = this.keys;
    const reply = await this.connection.run<string[]>('plan-attend', plans, plans.own.slice(0, 4), [owner, leaseMs]);
    const attended: StoredPlan[] = [];
    for (let n = 0; n < reply.length; n += 2) attended.push({ text: reply[n], fence: Number(reply[n + 1]) });
    return attended;
  }

  async openPlanPart(queue: string, planId: string, fence: number, line: PlanLine): Promise<PlanPart | undefined> {
    const { revision, action, actor, reason, before, after } = line;
    return this.ask('plan-open', queue, planId, [
      ...[fence, queue, revision, action, actor, reason, planId, before, after],
    ]);
  }

  async movePlanned(move: PlannedMove): Promise<PlanPart | undefined> {
    const { planId, queue, fence, action, actor, reason, cursor, nextCursor, letters, keepSteps } = move;
    const { history, abridged, after } = replayTexts({ actor, reason }, { keepSteps }, planId);
    return this.ask('plan-move', queue, planId, [
      ...[fence, cursor, nextCursor ?? cursor, nextCursor === undefined ? 1 : 0, action, actor, reason],
      ...[keepSteps ? 1 : 0, history, abridged, action === 'replay' ? after : resolutionAfter({ planId })],
      ...letters.flatMap(({ ref, life, windowMs }) => [placeOf(ref), ref.op, life, formatJobId(ref), windowMs]),
    ]);
  }

  async lookAtPlanned(queue: string, planId: string, most: number): Promise<PlanPart> {
    return (await this.ask('plan-look', queue, planId, [most])) as PlanPart;
  }

  private async ask(
    script: 'plan-open' | 'plan-move' | 'plan-look',
    queue: string,
    planId: string,
    args: readonly (string | number)[],
  ): Promise<PlanPart | undefined> {
    const keys = this.keys.queue(queue);
    const own = [keys.planPart(planId), keys.audit, keys.planUnderWay(planId)];
    const reply = await this.connection.run<PartReply | null>(script, keys, own, args);
    return reply === null ? undefined : partOf(queue, reply);
  }
}

function partOf(queue: string, [cursor, over, ...figures]: PartReply): PlanPart {
  const [moved, missed, completed, died, cancelled, underWay] = figures.map(Number) as [
    ...[number, number, number, number, number, number],
  ];
  return { queue, cursor, over: over === '1', moved, missed, completed, died, cancelled, underWay };
}
