import { Injectable } from '@nestjs/common';
import { Job, JobContext } from 'nestjs-vigil';
import { WebhookClient } from './webhook.client.js';

export interface PaidOrder {
  readonly orderId: string;
  readonly chargeId: string;
  readonly partner: string;
}

@Injectable()
export class PartnersService {
  constructor(private readonly webhooks: WebhookClient) {}

  @Job({
    queue: 'partners',
    idempotencyKey: 'orderId',
    maxRetries: 3,
    timeout: '1s',
    backoff: { type: 'exponential', delay: '200ms', maxDelay: '1s' },
    rateLimit: { max: 50, per: '1s' },
    owner: 'logistics',
    runbook: 'https://shop.example/runbooks/partners',
  })
  async notify({ orderId, chargeId, partner }: PaidOrder, ctx: JobContext): Promise<void> {
    await this.webhooks.post(
      partner,
      { orderId, chargeId },
      { idempotencyKey: ctx.idempotencyKey, signal: ctx.signal },
    );
  }
}
