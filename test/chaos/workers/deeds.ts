import { LeaseLostError, NonRetryableJobError } from '../../../lib/core/handler-signals.js';
import type { JobContext } from '../../../lib/core/job-context.js';

/** What a job is to do; its payload. */
export interface Deed {
  readonly n: number;
  readonly do: keyof typeof deeds;
  readonly ms?: number;
}

const later = (ms = 0): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const deeds = {
  end: () => undefined,
  linger: ({ ms }) => later(ms),
  /** And then remembers a step, which the store refuses whoever has lost the job. */
  step: async ({ ms }, ctx) => {
    await later(ms);
    await ctx.step('late', () => 1);
  },
  failOnce: async ({ ms }, ctx) => {
    await later(ms);
    if (ctx.attempt === 1) throw new Error('the first attempt fails');
  },
  refuse: () => Promise.reject(new NonRetryableJobError('nobody will ever want this')),
  exit: () => process.exit(3),
} satisfies Record<string, (deed: Deed, ctx: JobContext) => unknown>;

export type DeedName = keyof typeof deeds;

/** What it gives back is the fencing token of the attempt that did it: a result of another attempt would be seen in the store. */
export async function perform(deed: Deed, ctx: JobContext): Promise<number> {
  await (deeds[deed.do] as (deed: Deed, ctx: JobContext) => unknown)(deed, ctx);
  return ctx.fencingToken;
}

export function nameOf(error: unknown): string {
  return error instanceof LeaseLostError ? 'LeaseLostError' : String((error as Error | undefined)?.name);
}
