import type { RedisConnection } from '../connection/redis-connection.js';
import type { QueueKeys } from '../redis-keys.js';

/** An attempt as the active jobs of a type@version hold it. */
export interface ActiveAttempt {
  readonly line: string;
  readonly member: string;
  readonly lease: string;
  readonly token: number;
  readonly worker: string;
  readonly startedAt: number;
  readonly attempt: number;
  readonly deadline: number;
}

const LOOKED_AT_ONCE = 500;

/**
 * Looks through what is active, a chunk at a time and outside of any script: whoever acts on what was seen compares the
 * whole lease again in a script.
 */
export class ActiveAttempts {
  constructor(private readonly connection: RedisConnection) {}

  async of(
    keys: QueueKeys,
    lines: readonly string[],
    matches: (attempt: ActiveAttempt) => boolean,
  ): Promise<ActiveAttempt[]> {
    const found = await Promise.all(lines.map((line) => this.ofLine(keys, line, matches)));
    return found.flat();
  }

  private async ofLine(
    keys: QueueKeys,
    line: string,
    matches: (attempt: ActiveAttempt) => boolean,
  ): Promise<ActiveAttempt[]> {
    // A field may be met twice while the hash grows.
    const found = new Map<string, ActiveAttempt>();
    let cursor = '0';
    do {
      const [next, fields] = await this.connection.command<[string, string[]]>(
        'hscan',
        keys.active(line),
        cursor,
        'COUNT',
        LOOKED_AT_ONCE,
      );
      for (let n = 0; n < fields.length; n += 2) {
        const attempt = attemptOf(line, fields[n], fields[n + 1]);
        if (matches(attempt)) found.set(attempt.member, attempt);
      }
      cursor = next;
    } while (cursor !== '0');
    return [...found.values()];
  }
}

function attemptOf(line: string, member: string, lease: string): ActiveAttempt {
  const [token, worker = '', startedAt, attempt, deadline] = lease.split('|');
  return {
    ...{ line, member, lease, worker },
    token: Number(token),
    startedAt: Number(startedAt),
    attempt: Number(attempt),
    deadline: Number(deadline),
  };
}
