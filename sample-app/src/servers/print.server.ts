import { setTimeout as pause } from 'node:timers/promises';
import type { Invoice } from '../invoices/invoice.schema.js';
import { LoopbackServer, type LoopbackAnswer, type LoopbackRequest } from './loopback-server.js';

const PAGE_MS = 700;
const PAGE_AMOUNT = 6_000;
const MOST_PAGES = 5;

/** `POST /invoices` prints one, which takes its time, unless it does not know the country of the tax number. */
export class PrintServer extends LoopbackServer {
  protected async handle({ body }: LoopbackRequest): Promise<LoopbackAnswer> {
    const { amount, company } = body as Invoice;
    const pages = Math.min(MOST_PAGES, Math.ceil(amount / PAGE_AMOUNT));
    await pause(pages * PAGE_MS);
    const country = company.taxNumber.slice(0, 2);
    if (country === 'XX') return { status: 422, body: { error: 'unknown_country', country } };
    return { status: 201, body: { pages } };
  }
}
