import { Injectable } from '@nestjs/common';
import { Job, JobContext } from 'nestjs-vigil';
import { invoiceSchema, type Invoice } from './invoice.schema.js';
import { PrintClient } from './print.client.js';

@Injectable()
export class InvoicesService {
  constructor(private readonly printer: PrintClient) {}

  @Job({
    queue: 'invoices',
    idempotencyKey: 'orderId',
    schema: invoiceSchema,
    priority: 'low',
    maxRetries: 2,
    timeout: '10s',
    backoff: { type: 'exponential', delay: '1s', maxDelay: '5s' },
    concurrency: { global: 2 },
    keepResult: true,
    owner: 'bookkeeping',
    runbook: 'https://shop.example/runbooks/invoices',
  })
  print(invoice: Invoice, ctx: JobContext): Promise<{ pages: number }> {
    return this.printer.print(invoice, { idempotencyKey: String(ctx.idempotencyKey), signal: ctx.signal });
  }
}
