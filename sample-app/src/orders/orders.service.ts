import { Injectable } from '@nestjs/common';
import { InjectJobs, type EnqueueReceipt, type JobsOf } from 'nestjs-vigil';
import { BillingService } from '../billing/billing.service.js';
import type { Order } from './order.schema.js';

@Injectable()
export class OrdersService {
  constructor(@InjectJobs(BillingService) private readonly billing: JobsOf<BillingService>) {}

  /** Accepts the order; it is charged by a job. An order that is already known is answered with `status: 'duplicate'`. */
  place(order: Order): Promise<EnqueueReceipt<void>> {
    return this.billing.charge(order);
  }
}
