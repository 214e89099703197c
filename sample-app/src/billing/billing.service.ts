import { Injectable } from '@nestjs/common';
import { InjectJobs, Job, JobContext, type JobsOf } from 'nestjs-vigil';
import { orderSchema, type Order } from '../orders/order.schema.js';
import { PartnersService } from '../partners/partners.service.js';
import { ReceiptsService } from '../receipts/receipts.service.js';
import { PaymentsClient } from './payments.client.js';

@Injectable()
export class BillingService {
  constructor(
    private readonly payments: PaymentsClient,
    @InjectJobs(ReceiptsService) private readonly receipts: JobsOf<ReceiptsService>,
    @InjectJobs(PartnersService) private readonly partners: JobsOf<PartnersService>,
  ) {}

  @Job({
    queue: 'billing',
    idempotencyKey: 'orderId',
    schema: orderSchema,
    maxRetries: 4,
    timeout: '2s',
    backoff: { type: 'exponential', delay: '250ms', maxDelay: '2s', jitter: 'full' },
    concurrency: { process: 8 },
    owner: 'payments team',
    runbook: 'https://shop.example/runbooks/charge',
  })
  async charge(order: Order, ctx: JobContext): Promise<void> {
    // Remembered once it is done: an attempt that fails further down does not come here again. And should the answer get
    // lost on its way, the payment server knows the next request by its key.
    const { chargeId } = await ctx.step('charge-card', (step) =>
      this.payments.charge(order, { idempotencyKey: step.idempotencyKey, signal: ctx.signal }),
    );

    // The chain goes on. Both have a key of their own, so that a second attempt adds nothing twice.
    const { orderId, customer, amount, currency, partner } = order;
    await this.receipts.send({ orderId, chargeId, to: customer.email, name: customer.name, amount, currency });
    await this.partners.notify({ orderId, chargeId, partner });
  }
}
