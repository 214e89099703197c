import type { JobContext } from '../../../lib/core/job-context.js';
import { NonRetryableJobError } from '../../../lib/core/handler-signals.js';

/** What a job is to do; its payload. */
export interface Deed {
  readonly do: keyof typeof deeds;
  readonly ms?: number;
  /** In the first attempt; later ones just end. */
  readonly once?: boolean;
  /** Not before the test opens the gate. */
  readonly gated?: boolean;
  /** How the payload of this version calls it; a migration renames it. */
  readonly v?: number;
}

/** The world of a handler. */
export interface Surroundings {
  readonly write: (what: string) => Promise<unknown>;
  readonly gate: () => Promise<unknown>;
}

type Handler = (deed: Deed, ctx: JobContext) => unknown;

const aborted = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));

const deeds = {
  end: () => undefined,
  linger: ({ ms }) => new Promise((resolve) => setTimeout(resolve, ms)),
  /** Until its signal aborts. */
  hold: (_, { signal }) => aborted(signal),
  /** Deaf to its signal. */
  ignore: () => new Promise(() => undefined),
  fail: () => Promise.reject(Object.assign(new TypeError('fetch failed\nfor "a" reason'), { status: 503 })),
  refuse: () => Promise.reject(new NonRetryableJobError('no customer')),
  exit: () => process.exit(3),
  block: ({ ms = 0 }) => block(ms),
  step: (_, ctx) => ctx.step('late', () => 1),
} satisfies Record<string, Handler>;

function block(ms: number): void {
  for (const until = Date.now() + ms; Date.now() < until;);
}

/** Does it, and writes down its begin and its end. */
export async function perform(deed: Deed, ctx: JobContext, { write, gate }: Surroundings): Promise<string> {
  await write(`begin v${deed.v ?? 1}`);
  try {
    if (!deed.once || ctx.attempt === 1) {
      if (deed.gated) await gate();
      await (deeds[deed.do] as Handler)(deed, ctx);
    }
  } catch (error) {
    await write((error as Error).name);
    throw error;
  }
  await write('end');
  return `attempt ${ctx.attempt} of process ${process.pid}`;
}
