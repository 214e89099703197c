import { setTimeout as pause } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { InjectJobs, type JobsOf } from 'nestjs-vigil';
import { InvoicesService } from '../invoices/invoices.service.js';
import { readOrderFile } from '../orders/order-file.js';
import type { Order } from '../orders/order.schema.js';
import { OrdersService } from '../orders/orders.service.js';

/** Beyond those of the file, and of whoever places one by hand. */
const FIRST_NUMBER = 3001;
const SECOND_MS = 1_000;
/** Now and then many come at once. */
const RUSH = { everySeconds: 100, seconds: 15, orders: 8 };
/** Of so many orders, one is a company's, which wants an invoice; and of so many of those, one has a number that nobody knows. */
const COMPANY_EVERY = 3;
const UNKNOWN_EVERY = 20;

/** The customers of a shop that stays open: the orders of the file again and again, under other numbers. */
@Injectable()
export class OpenHours {
  private placed = 0;

  constructor(
    private readonly orders: OrdersService,
    @InjectJobs(InvoicesService) private readonly invoices: JobsOf<InvoicesService>,
  ) {}

  /** Takes orders until `stop` aborts; an order that can not be taken is told to `onFailure`, and the next one comes. */
  async serve(stop: AbortSignal, onFailure: (error: unknown) => void): Promise<void> {
    const file = readOrderFile();
    for (let second = 0; !stop.aborted; second++) {
      const isRush = second % RUSH.everySeconds < RUSH.seconds;
      const crowd = Array.from({ length: isRush ? RUSH.orders : 1 }, () => this.next(file));
      await Promise.all(crowd.map((order) => this.place(order))).catch(onFailure);
      await pause(SECOND_MS, undefined, { signal: stop }).catch(() => undefined);
    }
  }

  private next(file: readonly Order[]): { order: Order; number: number } {
    const number = this.placed++;
    const orderId = `A-${FIRST_NUMBER + number}`;
    return { order: { ...file[number % file.length], orderId, placedAt: new Date().toISOString() }, number };
  }

  private async place({ order, number }: { order: Order; number: number }): Promise<void> {
    await this.orders.place(order);
    if (number % COMPANY_EVERY !== 0) return;
    const { orderId, amount, currency, customer } = order;
    const country = (number / COMPANY_EVERY) % UNKNOWN_EVERY === 1 ? 'XX' : 'DE';
    const taxNumber = `${country}${String(100_000_000 + number)}`;
    const company = { name: `${customer.name} & Co.`, taxNumber, email: 'books@example.com' };
    await this.invoices.print({ orderId, amount, currency, company });
  }
}
