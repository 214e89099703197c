import type { Mail } from '../servers/mail.server.js';
import type { DeliveryNotice } from '../servers/partner.server.js';
import type { BooksPage } from '../servers/payment-books.js';
import type { ServerAddresses } from '../servers/shop-servers.js';

/** What the outside world says has happened to it. */
export interface Evidence {
  readonly books: BooksPage;
  readonly mails: readonly Mail[];
  readonly notices: readonly DeliveryNotice[];
}

/** Asks the servers, over HTTP: they know nothing of jobs, and nothing of ours counts for them. */
export async function gatherEvidence(addresses: ServerAddresses): Promise<Evidence> {
  const [books, mails, notices] = await Promise.all([
    getJson<BooksPage>(`${addresses.payments}/books`),
    getJson<Mail[]>(`${addresses.mail}/mails`),
    getJson<DeliveryNotice[]>(`${addresses.partners}/notices`),
  ]);
  return { books, mails, notices };
}

async function getJson<T>(url: string): Promise<T> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
  return (await response.json()) as T;
}
