import type { DeadLetterSummary, ReplayPlan } from 'nestjs-vigil';
import { prove, type RunOutcome } from '../../sample-app/src/demo/proof.js';
import type { FeedResult } from '../../sample-app/src/demo/order-feed.js';
import type { JobFigures } from '../../sample-app/src/demo/job-figures.js';
import { readOrderFile } from '../../sample-app/src/orders/order-file.js';
import { orderSchema, type Order } from '../../sample-app/src/orders/order.schema.js';
import type { BooksPage } from '../../sample-app/src/servers/payment-books.js';
import { PaymentServer } from '../../sample-app/src/servers/payment.server.js';

const orders = readOrderFile();

describe("the demo's payment server", () => {
  const server = new PaymentServer();
  let url: string;
  beforeAll(async () => {
    url = await server.listen();
  });
  afterAll(() => server.close());

  const charge = (order: Order, key: string): Promise<Response> =>
    fetch(`${url}/charges`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': key },
      body: JSON.stringify(order),
    });
  const refusalOf = async (order: Order): Promise<unknown> => (await charge(order, order.orderId)).json();
  const books = async (): Promise<BooksPage> => (await fetch(`${url}/books`)).json() as Promise<BooksPage>;
  const chargesOf = async (order: Order): Promise<number> =>
    (await books()).charges.filter(({ orderId }) => orderId === order.orderId).length;
  const orderNumber = (n: number): Order => orders.find(({ orderId }) => orderId === `A-${n}`)!;

  it('answers a repeated key with the first charge, and takes money again for another key', async () => {
    const order = orderNumber(1001);
    const first = (await (await charge(order, 'a')).json()) as { chargeId: string };
    expect(await (await charge(order, 'a')).json()).toEqual(first);
    expect(await chargesOf(order)).toBe(1);
    expect((await books()).repeated).toBe(1);

    await charge(order, 'b');
    expect(await chargesOf(order)).toBe(2);
  });

  it('takes the money and drops the connection; the next request with the key gets the charge', async () => {
    const order = orderNumber(1021);
    await expect(charge(order, 'drop')).rejects.toThrow('fetch failed');
    expect(await chargesOf(order)).toBe(1);
    expect((await charge(order, 'drop')).status).toBe(201);
    expect(await chargesOf(order)).toBe(1);
  });

  it('is broken, busy or refuses the card as the schedule and the card say, and takes nothing then', async () => {
    const broken = orderNumber(1012);
    expect((await charge(broken, 'broken')).status).toBe(500);
    const busy = await charge(orderNumber(1007), 'busy');
    expect([busy.status, busy.headers.get('retry-after')]).toEqual([429, '1']);
    expect((await charge(orderNumber(1043), 'expired')).status).toBe(400);
    expect(await refusalOf(orderNumber(1129))).toEqual({ error: 'card_expired' });
    for (const n of [1012, 1007, 1043]) expect(await chargesOf(orderNumber(n))).toBe(0);
    expect((await charge(broken, 'broken')).status).toBe(201);
  });

  it('knows renewed cards once the list of them is there, and which have no successor', async () => {
    await fetch(`${url}/renewed-cards`, { method: 'POST', body: '{}' });
    expect((await charge(orderNumber(1216), 'renewed')).status).toBe(201);
    expect(await refusalOf(orderNumber(1129))).toEqual({ error: 'card_closed' });
  });

  it('hangs without taking money', async () => {
    const order = orderNumber(1033);
    const request = fetch(`${url}/charges`, {
      method: 'POST',
      body: JSON.stringify(order),
      signal: AbortSignal.timeout(600),
    });
    await expect(request).rejects.toThrow('aborted due to timeout');
    expect(await chargesOf(order)).toBe(0);
  });
});

describe("the demo's proof", () => {
  const [first, second, third] = orders as [Order, Order, Order];
  const feed: FeedResult = { placed: [first, second, third], again: 1, duplicates: 1, changed: 0 };
  const bookOf = (order: Order, chargeId: string) => ({ ...order, chargeId, idempotencyKey: chargeId });
  const figures = (name: string, completed: number, buried: number): JobFigures => ({
    name,
    accepted: completed + buried,
    live: 0,
    completed,
    retried: 0,
    buried,
    withdrawn: 0,
  });
  const good: RunOutcome = {
    feed,
    figures: [
      figures('BillingService.charge', 2, 1),
      figures('ReceiptsService.send', 2, 0),
      figures('PartnersService.notify', 2, 0),
    ],
    buried: [{ name: 'BillingService.charge', idempotencyKey: third.orderId } as DeadLetterSummary],
    slots: [],
    evidence: {
      books: { charges: [bookOf(first, 'ch_1'), bookOf(second, 'ch_2')], repeated: 0 },
      mails: [first, second].map(({ orderId }) => ({ orderId, to: '', subject: '', text: '' })),
      notices: [first, second].map(({ orderId }) => ({ orderId, chargeId: '' })),
    },
  };
  const withCharges = (...charges: BooksPage['charges']): RunOutcome => ({
    ...good,
    evidence: { ...good.evidence, books: { charges, repeated: 0 } },
  });
  const replayed = (ids: readonly string[], figures: Partial<ReplayPlan>): RunOutcome => ({
    ...good,
    recovery: { orders: ids, plan: { moved: 0, completed: 0, died: 0, ...figures } as ReplayPlan, corrected: [] },
  });
  const failures = (outcome: RunOutcome): string =>
    prove(outcome)
      .filter(({ holds }) => !holds)
      .map(({ text }) => text)
      .join('\n');

  it('holds when the books and the jobs tell the same', () => {
    expect(failures(good)).toBe('');
    expect(failures(replayed([first.orderId], { moved: 1, completed: 1 }))).toBe('');
  });

  it.each([
    ['an order charged twice', withCharges(bookOf(first, 'ch_1'), bookOf(first, 'ch_2')), 'no order was charged twice'],
    ['another amount', withCharges({ ...bookOf(first, 'ch_1'), amount: 1 }, bookOf(second, 'ch_2')), 'of the amount'],
    [
      'a buried order that was charged',
      withCharges(bookOf(first, 'ch_1'), bookOf(third, 'ch_3')),
      'is buried has been',
    ],
    [
      'a replayed order that was not charged',
      replayed(['A-1', third.orderId], { moved: 2, completed: 2 }),
      'in the end',
    ],
    ['a plan that counted wrongly', replayed([first.orderId], { moved: 2, completed: 2 }), 'it counted 2'],
    ['a death that nobody corrected', replayed([first.orderId], { moved: 1, died: 1 }), 'it counted 1'],
    ['an order forgotten', withCharges(bookOf(first, 'ch_1')), 'charged once or is buried'],
    ['a duplicate taken for a new order', { ...good, feed: { ...feed, duplicates: 0 } }, 'sent twice'],
    ['a job that vanished', { ...good, figures: [{ ...good.figures[0], accepted: 4 }] }, 'no job is lost'],
  ])('fails on %s', (_, outcome, text) => {
    expect(failures(outcome)).toContain(text);
  });
});

describe("the demo's orders", () => {
  it('are a few hundred, different, and add up', () => {
    expect(new Set(orders.map(({ orderId }) => orderId)).size).toBe(300);
    for (const order of orders) {
      expect(orderSchema.parse(order)).toEqual(order);
      expect(order.items.reduce((sum, { quantity, unitPrice }) => sum + quantity * unitPrice, 0)).toBe(order.amount);
    }
  });
});
