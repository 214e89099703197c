import { setTimeout as pause } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { Cron, CronRun } from 'nestjs-vigil';
import { PaymentsClient } from '../billing/payments.client.js';

const EVERY_MS = 3_000;
/** Of so many slots the first takes longer than the time to the next one. */
const SLOW_EVERY = 3;
const SLOW_MS = 3_500;

/** Compares what was charged with what was ordered, at one instance at a time. */
@Injectable()
export class ReconciliationService {
  constructor(private readonly payments: PaymentsClient) {}

  @Cron('*/3 * * * * *', { name: 'reconcile', lock: 'redis', timeZone: 'UTC', owner: 'payments team' })
  async reconcile(run: CronRun): Promise<void> {
    const { charges } = await this.payments.books({ signal: run.signal });
    const isSlow = (run.slot / EVERY_MS) % SLOW_EVERY === 0;
    if (isSlow) await pause(SLOW_MS, undefined, { signal: run.signal });
    const orders = new Set(charges.map(({ orderId }) => orderId));
    if (orders.size !== charges.length) throw new Error(`${charges.length - orders.size} orders were charged twice`);
  }
}
