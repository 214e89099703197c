import type { AuditLine, AlertWrite, AlertWritten, JobAlerts, KeptAlert } from '../../alert.port.js';
import type { RedisConnection } from '../connection/redis-connection.js';
import type { RedisKeys } from '../redis-keys.js';

const ANSWERS: Readonly<Record<number, AlertWritten>> = { 0: 'outdated', 1: 'written', 2: 'counted' };

export class RedisAlerts implements JobAlerts {
  constructor(
    private readonly connection: RedisConnection,
    private readonly keys: RedisKeys,
  ) {}

  async keptAlerts(queue: string): Promise<readonly KeptAlert[]> {
    const kept = await this.connection.command<Record<string, string>>('hgetall', this.keys.queue(queue).alerts);
    return Object.entries(kept).map(([key, text]) => {
      const end = text.indexOf(' ');
      return { key, revision: Number(text.slice(0, end)), text: text.slice(end + 1) };
    });
  }

  /** What is sent again finds its own write, which is no longer what it saw: the caller looks and finds it done. */
  async writeAlerts(
    queue: string,
    writes: readonly AlertWrite[],
    entryIds: readonly string[] = [],
    line?: AuditLine,
  ): Promise<AlertWritten> {
    const keys = this.keys.queue(queue);
    const args = writes.flatMap(({ key, revision, text = '' }) => [key, revision, text]);
    const answer = await this.connection.run<number>(
      'write-alerts',
      keys,
      [keys.alerts, keys.audit],
      [writes.length, ...auditArgs(line), ...args, ...entryIds],
    );
    return ANSWERS[answer];
  }
}

/** In the order of the script; without an action, no line. */
function auditArgs(line: AuditLine | undefined): string[] {
  if (!line) return ['', '', '', '', '', ''];
  const { action, actor, reason, target, before = '{}', after = '{}' } = line;
  return [action, actor, reason, target, before, after];
}
