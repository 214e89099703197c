import { Delivery } from '../../bench/delivery.js';

const handle = (delivery: Delivery, ...numbers: number[]): void => numbers.forEach((n) => delivery.handle({ n }));

describe('the delivery of orders', () => {
  it('is exact when each was handled once', () => {
    const delivery = new Delivery(3);
    handle(delivery, 2, 0, 1);
    expect(delivery.exact(3, 0)).toBe(3);
  });

  it('is exact when the rest waits in the store', () => {
    const delivery = new Delivery(10);
    handle(delivery, 0, 1);
    expect(delivery.exact(5, 3)).toBe(2);
  });

  it.each<[string, number[], number]>([
    ['one was handled twice', [0, 1, 2, 1], 0],
    ['one is nowhere', [0, 1], 0],
    ['one was handled and is still in the store', [0, 1, 2], 1],
    ['one was handled in place of another', [0, 1, 1], 0],
    ['one was handled that nobody ordered', [0, 1, 2, 7], 0],
  ])('is not exact when %s', (_, numbers, left) => {
    const delivery = new Delivery(5);
    handle(delivery, ...numbers);
    expect(() => delivery.exact(3, left)).toThrow('delivery is not exact');
  });

  it('tells when so many were handled, and no sooner', async () => {
    const delivery = new Delivery(9);
    handle(delivery, 0);
    let told = false;
    const reached = delivery.until(3).then(() => (told = true));
    handle(delivery, 1);
    await Promise.resolve();
    expect(told).toBe(false);
    handle(delivery, 2);
    await reached;
    await delivery.until(3);
  });

  it('gives up on what does not come', async () => {
    const delivery = new Delivery(2);
    handle(delivery, 0);
    await expect(delivery.until(2, 5)).rejects.toThrow('1 of 2 orders were handled in 5 ms');
  });
});
