export interface RetryLine {
  readonly id: string;
  readonly name: string;
  readonly failure: number;
  readonly maxAttempts: number;
  readonly attempt: number;
  readonly error: string;
  readonly next: Date;
  readonly delayMs: number;
}

const RETRY =
  /^job retry: id=(\S+) name=(\S+) failure=(\d+)\/(\d+) attempt=(\d+) duration=\d+ms error=("(?:[^"\\]|\\.)*") next=(\S+) delay=(\d+)ms$/;

/** Reads a retry line as whoever parses the log would. */
export function parseRetryLine(line: string): RetryLine {
  const match = RETRY.exec(line);
  if (!match) throw new Error(`no retry line: ${line}`);
  const [, id, name, failure, maxAttempts, attempt, error, next, delay] = match;
  return {
    ...{ id, name, failure: Number(failure), maxAttempts: Number(maxAttempts), attempt: Number(attempt) },
    error: JSON.parse(error) as string,
    next: new Date(next),
    delayMs: Number(delay),
  };
}

export function parseBurialLine(line: string): Record<string, string> {
  if (!line.startsWith('job buried: ')) throw new Error(`no burial line: ${line}`);
  const parts = line.matchAll(/(\w+)=("(?:[^"\\]|\\.)*"|\S+)/g);
  return Object.fromEntries(
    [...parts].map(([, name, value]) => [name, value.startsWith('"') ? (JSON.parse(value) as string) : value]),
  );
}
