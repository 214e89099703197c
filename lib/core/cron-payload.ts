import type { StandardSchemaV1 } from '@standard-schema/spec';
import type { CronTrigger } from './cron-run.js';

/** What a run is told of itself: the payload of its job. */
export interface CronPayload {
  readonly slot: number;
  readonly trigger: CronTrigger;
  /** It was accepted although earlier runs are not over, and waits for them. */
  readonly late?: true;
}

const TRIGGERS: readonly unknown[] = ['schedule', 'manual', 'catch-up'] satisfies CronTrigger[];
/** What a Date can be. */
const FURTHEST_MS = 8.64e15;

/** So that a payload which somebody has edited is refused at the replay, and not by whatever trips over it. */
export const CRON_PAYLOAD: StandardSchemaV1<unknown, CronPayload> = {
  '~standard': { version: 1, vendor: 'nestjs-vigil', validate },
};

function validate(value: unknown): StandardSchemaV1.Result<CronPayload> {
  const { slot, trigger, late } = Object(value) as Partial<Record<keyof CronPayload, unknown>>;
  const issues: StandardSchemaV1.Issue[] = [];
  if (!Number.isInteger(slot) || Math.abs(slot as number) > FURTHEST_MS)
    issues.push({ path: ['slot'], message: 'must be the slot in milliseconds since the epoch, a whole number' });
  if (!TRIGGERS.includes(trigger))
    issues.push({ path: ['trigger'], message: "must be 'schedule', 'manual' or 'catch-up'" });
  if (late !== undefined && late !== true) issues.push({ path: ['late'], message: 'must be true, or left out' });
  return issues.length > 0 ? { issues } : { value: value as CronPayload };
}
