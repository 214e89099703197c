import { Scene } from './scene.js';

describe('a worker', () => {
  it('runs what is enqueued, once, with its payload', async () => {
    const seen: unknown[] = [];
    const scene = await new Scene([{ run: (payload) => seen.push(payload) }]).start();
    await scene.enqueue({ data: { orderId: 'o-1' } });
    await scene.rest();
    expect(seen).toEqual([{ orderId: 'o-1' }]);
    expect((await scene.engine.stats('work')).types).toMatchObject([
      { accepted: 1, completed: 1, waiting: 0, active: 0 },
    ]);
    await scene.close();
  });
});
