import type { JobLedger, LedgerReading } from '../../ledger.port.js';
import { ledgerTrouble } from '../../ledger-findings.js';
import type { RedisConnection } from '../connection/redis-connection.js';
import type { RedisKeys } from '../redis-keys.js';

/** Who does what the store needs done by one process at a time, and what came of it. */
export class RedisDuties implements Pick<JobLedger, 'takeDuty' | 'keepLedger'> {
  constructor(
    private readonly connection: RedisConnection,
    private readonly keys: RedisKeys,
  ) {}

  /** A reply that gets lost costs one round. */
  async takeDuty(queue: string, duty: string, everyMs: number): Promise<boolean> {
    const key = this.keys.queue(queue).duty(duty);
    return (await this.connection.command<string | null>('set', key, 1, 'PX', everyMs, 'NX')) === 'OK';
  }

  async keepLedger(reading: LedgerReading): Promise<boolean> {
    const keys = this.keys.queue(reading.queue);
    const { queue, at, findings } = reading;
    const texts = [JSON.stringify(reading), ledgerTrouble(reading), JSON.stringify({ queue, at, findings })];
    return (await this.connection.run<number>('ledger-keep', keys, [keys.ledger], texts)) === 1;
  }
}
