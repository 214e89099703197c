import type { JobLedger } from '../../engine/ledger.port.js';
import type { MonitorTask } from '../rounds/monitor-rounds.js';

const EVERY_MS = 60_000;

/** Checks the books of each queue every minute. What is wrong goes into the outbox with the reading that shows it. */
export function ledgerCheck(engine: Pick<JobLedger, 'readLedger' | 'keepLedger'>): MonitorTask {
  return {
    name: 'ledger',
    everyMs: EVERY_MS,
    run: async (queue) => {
      await engine.keepLedger(await engine.readLedger(queue));
    },
  };
}
