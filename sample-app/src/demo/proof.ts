import type { CronRecord, DeadLetterSummary } from 'nestjs-vigil';
import type { Check } from './check.js';
import { proveSlots } from './slots.js';
import type { Evidence } from './evidence.js';
import type { FeedResult } from './order-feed.js';
import type { Recovery } from './recovery.js';
import { CHARGE_JOB, PARTNER_JOB, RECEIPT_JOB, total, type JobFigures } from './job-figures.js';

export interface RunOutcome {
  readonly feed: FeedResult;
  /** Absent in a run that was stopped before. */
  readonly recovery?: Recovery;
  readonly figures: readonly JobFigures[];
  readonly buried: readonly DeadLetterSummary[];
  readonly evidence: Evidence;
  /** Of the reconciliation, newest first. */
  readonly slots: readonly CronRecord[];
}

/** Whether what the servers have in their books fits what the jobs say. Holds for a run that was stopped half way, too. */
export function prove({ feed, recovery, figures, buried, evidence, slots }: RunOutcome): Check[] {
  const { charges } = evidence.books;
  const orders = new Map(feed.placed.map((order) => [order.orderId, order]));
  const charged = new Set(charges.map((charge) => charge.orderId));
  const refused = buried.filter(({ name }) => name === CHARGE_JOB).map(({ idempotencyKey }) => String(idempotencyKey));
  const completed = (name: string): number => figures.find((job) => job.name === name)?.completed ?? 0;
  const live = total(figures, 'live');

  const twice = ordersMoreThanOnce(charges);
  const odd = charges.filter(({ orderId, amount, currency }) => {
    const order = orders.get(orderId);
    return order?.amount !== amount || order.currency !== currency;
  });
  const both = refused.filter((orderId) => charged.has(orderId));
  const neither = [...orders.keys()].filter((orderId) => !charged.has(orderId) && !refused.includes(orderId));
  const lost = figures.filter((job) => job.accepted !== job.live + job.completed + job.buried + job.withdrawn);

  return [
    check(`no order was charged twice (${charges.length} charges in the books, for ${charged.size} orders)`, twice),
    check(
      'every charge is of the amount of its order',
      odd.map((charge) => charge.orderId),
    ),
    check('no order whose charge is buried has been charged', both),
    ...(recovery ? proveRecovery(recovery, charged) : []),
    // Those of a run that was stopped are still in the queue.
    ...(live === 0 ? [check('every order was charged once or is buried', neither)] : []),
    atLeast('charges', charges.length, completed(CHARGE_JOB), live),
    atLeast('receipts', evidence.mails.length, completed(RECEIPT_JOB), live),
    atLeast('partner notices', evidence.notices.length, completed(PARTNER_JOB), live),
    check('no order got two receipts', ordersMoreThanOnce(evidence.mails)),
    check(
      `all ${feed.again} orders that were sent twice were answered \`duplicate\``,
      feed.again === feed.duplicates ? [] : [`${feed.duplicates} were`],
    ),
    check(
      'no job is lost: accepted = live + completed + buried + withdrawn',
      lost.map((job) => job.name),
    ),
    proveSlots(slots),
  ];
}

/** The plan tells what it did; the books tell whether that is so. */
function proveRecovery({ orders, plan, corrected }: Recovery, charged: ReadonlySet<string>): Check[] {
  const { moved, completed, died } = plan;
  const uncharged = orders.filter((orderId) => !charged.has(orderId));
  const counts = moved === orders.length && completed + died === moved && died === corrected.length;
  return [
    check(
      `the plan replayed the ${orders.length} buried charges: ${completed} completed, ${died} died again`,
      counts ? [] : [`it counted ${moved}`],
    ),
    check(
      `all ${orders.length} of them are charged in the end, ${corrected.length} with a corrected payload`,
      uncharged,
    ),
  ];
}

function check(text: string, exceptions: readonly string[]): Check {
  return {
    holds: exceptions.length === 0,
    text: exceptions.length === 0 ? text : `${text}: ${exceptions.slice(0, 5).join(', ')}`,
  };
}

/** At the end the figures are equal; while jobs are live, a server may have done more than was yet recorded. */
function atLeast(what: string, atServer: number, completed: number, live: number): Check {
  const fits = live === 0 ? atServer === completed : atServer >= completed;
  return { holds: fits, text: `${atServer} ${what} at the server, ${completed} jobs completed` };
}

function ordersMoreThanOnce(entries: readonly { readonly orderId: string }[]): string[] {
  const seen = new Set<string>();
  return entries.map(({ orderId }) => orderId).filter((orderId) => seen.size === seen.add(orderId).size);
}
