import { eventually } from '../../support/eventually.js';

describe('eventually', () => {
  it('returns the first truthy value', async () => {
    let looks = 0;
    expect(await eventually(() => (++looks < 3 ? null : looks), { interval: 1 })).toBe(3);
  });

  it('takes a condition that returns nothing and does not throw as met', async () => {
    let looks = 0;
    await eventually(() => expect(++looks).toBeGreaterThan(2), { interval: 1 });
    expect(looks).toBe(3);
  });

  it('names the last value', async () => {
    await expect(eventually(() => 0, { timeout: 20, message: 'a job' })).rejects.toThrow(
      'not within 20 ms: a job\nlast value: 0',
    );
  });

  it('names the last error and keeps it as the cause', async () => {
    const error = new Error('still two');
    const wait = eventually(() => Promise.reject(error), { timeout: 20 });
    await expect(wait).rejects.toMatchObject({
      message: expect.stringContaining('last error: still two'),
      cause: error,
    });
  });

  it('gives up on a condition that never settles', async () => {
    await expect(eventually(() => new Promise(() => {}), { timeout: 20 })).rejects.toThrow('did not settle');
  });
});
