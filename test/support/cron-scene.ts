import { newOp, slotOfKey, formatJobId } from '../../lib/core/job-id.js';
import type { JobEngine } from '../../lib/engine/engine.port.js';
import type { CronStanding, SlotAnswer, SlotTake } from '../../lib/engine/cron.port.js';
import type { EngineScene } from './engine-scene.js';

export const ENTRY = 'reconcile';
export const DAILY = '0 3 * * *|UTC';

export type Take = Partial<Omit<SlotTake, 'request' | 'line'>> & { readonly op?: string; readonly key?: string };

/** Short words for what a scheduler asks of the store. */
export class CronScene {
  constructor(
    private readonly scene: EngineScene,
    readonly engine: JobEngine = scene.engine,
  ) {}

  async declare(name = ENTRY, fingerprint = DAILY, bootedAt = 1): Promise<CronStanding & { now: number }> {
    const { queue } = this.scene;
    const entries = [{ name, fingerprint, definition: JSON.stringify({ name, fingerprint }) }];
    const { now, standings } = await this.engine.declareCron({ queue, bootedAt, entries });
    return { ...standings[0], now };
  }

  take(slot: number, options: Take = {}): Promise<SlotAnswer> {
    return this.engine.takeSlot(this.request(slot, options));
  }

  request(slot: number, { op = newOp(), key = String(slot), ...options }: Take = {}): SlotTake {
    const { queue } = this.scene;
    const request = this.scene.request({ queue, type: ENTRY, key, payload: JSON.stringify({ slot }) });
    const job = { ...request, slotKey: slotOfKey(key), op };
    return {
      ...{ request: job, slot, kind: 'run', fingerprint: DAILY, after: 0, mostLive: 1, missed: [], missedCount: 0 },
      line: { field: `${slot}:${op}`, text: JSON.stringify({ slot, jobId: formatJobId(job) }) },
      overlapText: JSON.stringify({ slot, outcome: 'skipped', why: 'overlap' }),
      alert: JSON.stringify({ name: ENTRY }),
      instance: 'web-1:1',
      ...options,
    };
  }

  async history(): Promise<Record<string, unknown>[]> {
    const lines = await this.engine.cronHistory(this.scene.queue, ENTRY);
    return lines.map((text) => JSON.parse(text) as Record<string, unknown>);
  }

  async alerts(): Promise<{ kind: string; data: Record<string, unknown> }[]> {
    const entries = await this.engine.takeAlerts(this.scene.queue, 100, 60_000);
    return entries.map(({ kind, data }) => ({ kind, data: JSON.parse(data) as Record<string, unknown> }));
  }
}
