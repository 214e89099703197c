import type { JobContext } from '../../../lib/core/job-context.js';

/** Runs until its signal aborts, and then gives way. */
export const hold = (_: never, { signal }: JobContext): Promise<never> =>
  new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));

/** As `hold`, and tells what it gave way to. */
export function stoppable(reasons: unknown[] = []): (_: never, ctx: JobContext) => Promise<never> {
  return (_, { signal }) =>
    new Promise((_resolve, reject) =>
      signal.addEventListener('abort', () => {
        reasons.push(signal.reason);
        reject(signal.reason as Error);
      }),
    );
}

/** Never comes to an end. */
export const never = (): Promise<never> => new Promise(() => undefined);

export const typeOf = (id: string): string => id.split('~')[1];

/** Handlers that end when the test says so. */
export class Gate {
  readonly started: string[] = [];
  private readonly waiting = new Map<string, () => void>();

  readonly run = (_: never, ctx: JobContext): Promise<void> => {
    this.started.push(ctx.id);
    return new Promise((resolve) => this.waiting.set(ctx.id, resolve));
  };

  running(type: string): number {
    return [...this.waiting.keys()].filter((id) => typeOf(id) === type).length;
  }

  open(id = this.started.find((started) => this.waiting.has(started)) ?? ''): void {
    this.waiting.get(id)?.();
    this.waiting.delete(id);
  }

  openAll(): void {
    for (const id of [...this.waiting.keys()]) this.open(id);
  }
}
