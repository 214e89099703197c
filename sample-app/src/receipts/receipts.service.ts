import { Injectable } from '@nestjs/common';
import { Job, JobContext } from 'nestjs-vigil';
import { MailClient } from './mail.client.js';

export interface Receipt {
  readonly orderId: string;
  readonly chargeId: string;
  readonly to: string;
  readonly name: string;
  /** In cents. */
  readonly amount: number;
  readonly currency: string;
}

@Injectable()
export class ReceiptsService {
  constructor(private readonly mail: MailClient) {}

  @Job({
    queue: 'receipts',
    idempotencyKey: 'orderId',
    maxRetries: 3,
    timeout: '2s',
    backoff: { type: 'exponential', delay: '200ms', maxDelay: '1s' },
    owner: 'customer care',
  })
  async send(receipt: Receipt, ctx: JobContext): Promise<void> {
    const { orderId, to, name, amount, currency, chargeId } = receipt;
    const text = `Dear ${name}, we received ${(amount / 100).toFixed(2)} ${currency} (${chargeId}). Thank you.`;
    await this.mail.send(
      { orderId, to, subject: `Your order ${orderId}`, text },
      { idempotencyKey: ctx.idempotencyKey, signal: ctx.signal },
    );
  }
}
