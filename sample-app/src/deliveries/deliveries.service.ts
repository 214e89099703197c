import { Injectable } from '@nestjs/common';
import { ConfigService } from '@nestjs/config';
import { Cron, CronRun } from 'nestjs-vigil';
import { PaymentsClient } from '../billing/payments.client.js';
import { HttpResponseError } from '../http/http-response.error.js';

/** The newest ones are still on their way. */
const ON_THEIR_WAY = 10;
const LOOKED_AT = 20;

/** Whether those who deliver know of what was paid. */
@Injectable()
export class DeliveriesService {
  constructor(
    private readonly payments: PaymentsClient,
    private readonly config: ConfigService,
  ) {}

  @Cron('*/10 * * * * *', { name: 'deliveries', lock: 'redis', timeZone: 'UTC', owner: 'logistics' })
  async compare(run: CronRun): Promise<void> {
    const [{ charges }, notices] = await Promise.all([this.payments.books(run), this.notices(run.signal)]);
    const known = new Set(notices.map(({ orderId }) => orderId));
    const looked = charges.slice(-LOOKED_AT - ON_THEIR_WAY, -ON_THEIR_WAY);
    const unknown = looked.filter(({ orderId }) => !known.has(orderId));
    if (unknown.length > 0) throw new Error(`${unknown[0].orderId} is paid, and whoever delivers it does not know`);
  }

  /** Once a night; "run now" in the dashboard does not wait for it. */
  @Cron('30 3 * * *', { name: 'deliveries.close-day', lock: 'redis', timeZone: 'Europe/Berlin', owner: 'logistics' })
  async closeDay(run: CronRun): Promise<void> {
    run.logger.log(`${(await this.notices(run.signal)).length} orders are with those who deliver them`);
  }

  private async notices(signal: AbortSignal): Promise<{ orderId: string }[]> {
    const response = await fetch(`${this.config.getOrThrow<string>('PARTNERS_URL')}/notices`, { signal });
    if (!response.ok) throw new HttpResponseError(response, await response.text());
    return (await response.json()) as { orderId: string }[];
  }
}
