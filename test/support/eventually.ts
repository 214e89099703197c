export interface EventuallyOptions {
  /** Milliseconds until it gives up. Default 5,000. */
  timeout?: number;
  /** Milliseconds between two looks. Default 10. */
  interval?: number;
  /** What is waited for, for the message of the failure. */
  message?: string;
}

/**
 * Polls until `condition` gives a truthy value, and returns it. A condition that throws (an `expect`, say) counts as
 * not yet; the last error or value stands in the failure's message.
 */
export async function eventually<T>(
  condition: () => T | Promise<T>,
  { timeout = 5_000, interval = 10, message = condition.toString() }: EventuallyOptions = {},
): Promise<T> {
  const deadline = Date.now() + timeout;
  for (;;) {
    const last = await look(condition, deadline - Date.now());
    if ('value' in last && isThere(last.value)) return last.value;
    if (Date.now() >= deadline) throw giveUp(message, timeout, last);
    await new Promise((resolve) => setTimeout(resolve, interval));
  }
}

type Look<T> = { value: T } | { error: unknown };

// `expect(…)` conditions return undefined; only a plain "no" (false, null, 0, '') means not yet.
function isThere(value: unknown): boolean {
  return value === undefined || Boolean(value);
}

async function look<T>(condition: () => T | Promise<T>, left: number): Promise<Look<T>> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Look<T>>((resolve) => {
    timer = setTimeout(() => resolve({ error: new Error('the condition itself did not settle') }), Math.max(left, 1));
  });
  const settled = (async (): Promise<Look<T>> => {
    try {
      return { value: await condition() };
    } catch (error) {
      return { error };
    }
  })();
  try {
    return await Promise.race([settled, late]);
  } finally {
    clearTimeout(timer);
  }
}

function giveUp(message: string, timeout: number, last: Look<unknown>): Error {
  const seen =
    'error' in last
      ? `last error: ${last.error instanceof Error ? last.error.message : String(last.error)}`
      : `last value: ${JSON.stringify(last.value) ?? String(last.value)}`;
  return new Error(
    `not within ${timeout} ms: ${message}\n${seen}`,
    'error' in last ? { cause: last.error } : undefined,
  );
}
