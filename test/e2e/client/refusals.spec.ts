import { Injectable } from '@nestjs/common';
import { Job, QueueService } from '../../../lib/index.js';
import { memoryApps } from '../../support/nest-apps.js';

const start = memoryApps();

interface Order {
  orderId: string;
  total?: unknown;
}

@Injectable()
class Billing {
  @Job({ idempotencyKey: 'orderId' })
  async charge(order: Order): Promise<void> {
    void order;
  }

  @Job({ idempotencyKey: ({ items }: { items: string[] }) => items[0].toUpperCase() })
  async pack(order: { items: string[] }): Promise<void> {
    void order;
  }

  @Job()
  async loose(payload: unknown): Promise<void> {
    void payload;
  }

  async total(): Promise<number> {
    return 1;
  }
}
@Injectable()
class NoJobs {
  async run(): Promise<void> {}
}

const order: Order = { orderId: 'A-1' };
/** As JavaScript, or a value that only looks right, would call it. */
type Untyped = (...args: unknown[]) => Promise<unknown>;

async function startUntyped(): Promise<
  Record<'enqueue' | 'enqueueMany' | 'list' | 'waitFor' | 'get' | 'cancel', Untyped> & { accepted(): Promise<number> }
> {
  const { app, jobs } = await start({ providers: [Billing, NoJobs] }, { autoStart: false, maxPayloadBytes: 1_000 });
  const untyped = (method: 'enqueue' | 'enqueueMany' | 'list' | 'waitFor' | 'get' | 'cancel'): Untyped =>
    (jobs[method] as unknown as Untyped).bind(jobs);
  return {
    enqueue: untyped('enqueue'),
    enqueueMany: untyped('enqueueMany'),
    list: untyped('list'),
    waitFor: untyped('waitFor'),
    get: untyped('get'),
    cancel: untyped('cancel'),
    accepted: async () =>
      (await app.get(QueueService).list())
        .flatMap(({ types }) => types)
        .reduce((sum, { accepted }) => sum + accepted, 0),
  };
}

describe('enqueue refuses', () => {
  it.each<[string, unknown[], string, string]>([
    [
      'what is no job',
      [Billing, 'total'],
      'NOT_A_JOB',
      'Billing.total is not a job. Put @Job on it, or name a method that has it. Its jobs are: charge, pack, loose.',
    ],
    ['a method that is not there', [Billing, 'chrge', order], 'NOT_A_JOB', 'Billing.chrge is not a job.'],
    ['no method', [Billing], 'NOT_A_JOB', 'Billing.undefined is not a job.'],
    [
      'a class without jobs',
      [NoJobs, 'run'],
      'NOT_A_JOB',
      'NoJobs.run is not a job. Put @Job on it, or name a method that has it. It has no jobs.',
    ],
    ['a name', ['billing.charge', order], 'NOT_A_JOB', 'billing.charge is neither a class nor a contract.'],
    ['nothing at all', [], 'NOT_A_JOB', 'undefined is neither a class nor a contract.'],
    [
      'an instance',
      [new Billing(), 'charge', order],
      'NOT_A_JOB',
      'is neither a class nor a contract. Give the class of the service',
    ],
    [
      'a key that is missing',
      [Billing, 'charge', {}],
      'IDEMPOTENCY_KEY_INVALID',
      'Billing.charge: payload.orderId can not be an idempotency key: undefined is neither a string nor a number.',
    ],
    [
      'a key that is null',
      [Billing, 'charge', { orderId: null }],
      'IDEMPOTENCY_KEY_INVALID',
      'null is neither a string nor a number',
    ],
    ['a key that is empty', [Billing, 'charge', { orderId: '' }], 'IDEMPOTENCY_KEY_INVALID', 'it is empty'],
    [
      'a key of no payload',
      [Billing, 'charge'],
      'IDEMPOTENCY_KEY_INVALID',
      'payload.orderId can not be an idempotency key',
    ],
    [
      'a key of 513 bytes',
      [Billing, 'charge', { orderId: 'x'.repeat(513) }],
      'IDEMPOTENCY_KEY_INVALID',
      'it is longer than 512 bytes',
    ],
    [
      'a key given as an object',
      [Billing, 'charge', order, { idempotencyKey: {} }],
      'IDEMPOTENCY_KEY_INVALID',
      'the option idempotencyKey can not be an idempotency key',
    ],
    [
      'a key function that throws',
      [Billing, 'pack', { items: [] }],
      'IDEMPOTENCY_KEY_INVALID',
      'Billing.pack: its idempotencyKey function threw on this payload.',
    ],
    [
      'what JSON can not carry',
      [Billing, 'charge', { ...order, total: { net: [1, NaN] } }],
      'PAYLOAD_NOT_JSON',
      'Billing.charge: a payload is sent as JSON, which would not bring it back unchanged. total.net[1]: NaN',
    ],
    ['a Date without a schema', [Billing, 'loose', { at: new Date() }], 'PAYLOAD_NOT_JSON', 'at: a Date'],
    [
      'what is too large',
      [Billing, 'loose', 'x'.repeat(999)],
      'PAYLOAD_TOO_LARGE',
      'Billing.loose: the payload takes 1001 bytes, more than maxPayloadBytes (1000).',
    ],
  ])('%s', async (_, args, code, message) => {
    const { enqueue, accepted } = await startUntyped();
    await expect(enqueue(...args)).rejects.toMatchObject({ code, message: expect.stringContaining(message) });
    expect(await accepted()).toBe(0);
  });

  it.each<[object, string, string]>([
    [{ delay: '10 minutes' }, 'DURATION_INVALID', "enqueue of Billing.charge: delay: '10 minutes' is not a duration."],
    [{ delay: -1 }, 'DURATION_INVALID', 'delay: -1 is not a duration'],
    [
      { delay: '1h', runAt: new Date(0) },
      'ENQUEUE_OPTIONS_INVALID',
      'delay and runAt exclude each other. Give one of them.',
    ],
    [{ runAt: new Date('soon') }, 'ENQUEUE_OPTIONS_INVALID', 'runAt is Invalid Date; it must be a valid Date.'],
    [{ runAt: 1_893_456_000_000 }, 'ENQUEUE_OPTIONS_INVALID', 'runAt is 1893456000000; it must be a valid Date.'],
    [
      { priority: 'urgent' },
      'ENQUEUE_OPTIONS_INVALID',
      "priority is 'urgent'; it must be one of high, normal, low, bulk.",
    ],
    [{ expiresIn: 0 }, 'ENQUEUE_OPTIONS_INVALID', 'expiresIn is 0; it must be at least 1 ms.'],
    [{ delay: '1h', expiresIn: '1h' }, 'ENQUEUE_OPTIONS_INVALID', 'it would expire before it is due'],
    [{ maxRetries: -1 }, 'ENQUEUE_OPTIONS_INVALID', 'maxRetries is -1; it must be a whole number from 0 to 1000.'],
    [{ maxRetries: 0.5 }, 'ENQUEUE_OPTIONS_INVALID', 'maxRetries is 0.5'],
    [{ timeout: 0 }, 'ENQUEUE_OPTIONS_INVALID', 'timeout is 0; it must be at least 1 ms.'],
    [{ backoff: () => 5 }, 'ENQUEUE_OPTIONS_INVALID', 'backoff is a function, which can not travel with a job'],
    [{ dely: '10m' }, 'ENQUEUE_OPTIONS_INVALID', "there is no option 'dely'. Did you mean 'delay'?"],
    [{ queue: 'other' }, 'ENQUEUE_OPTIONS_INVALID', "there is no option 'queue'."],
    [['delay'], 'ENQUEUE_OPTIONS_INVALID', 'enqueue of Billing.charge: the options must be an object.'],
    [{ id: 'A-1' }, 'JOB_ID_INVALID', "'A-1' is not a job id. Use the id that enqueue returned, unchanged."],
  ])('the options %j', async (options, code, message) => {
    const { enqueue, accepted } = await startUntyped();
    await expect(enqueue(Billing, 'charge', order, options)).rejects.toMatchObject({
      code,
      message: expect.stringContaining(message),
    });
    expect(await accepted()).toBe(0);
  });
});

describe('enqueueMany refuses', () => {
  it('all when one is wrong, and says which', async () => {
    const { enqueueMany, accepted } = await startUntyped();
    await expect(enqueueMany(Billing, 'charge', [order, {}, order])).rejects.toMatchObject({
      code: 'IDEMPOTENCY_KEY_INVALID',
      message: expect.stringContaining('Billing.charge (payload 1): payload.orderId'),
    });
    await expect(
      enqueueMany(Billing, 'charge', [order, { orderId: 'B' }], (_: Order, i: number) => (i ? { delay: 'x' } : {})),
    ).rejects.toMatchObject({ message: expect.stringContaining('enqueue of Billing.charge (payload 1): delay') });
    expect(await accepted()).toBe(0);
  });

  it.each([
    [
      'one id for all',
      [{}, {}],
      { id: 'default~Billing.loose~rAAAAAAAAAAAA~AAAAAAAAAAAA' },
      'id given for all would make one job of them. Give each its own: (payload, index) => ({ id: … }).',
    ],
    [
      'one key for all',
      [{}, {}],
      { idempotencyKey: 'a' },
      'idempotencyKey given for all would make one job of them. Give each its own: (payload, index) => ({ idempotencyKey: … }).',
    ],
    ['what is no list', {}, undefined, 'the payloads must be an array, one for each job.'],
  ])('%s', async (_, payloads, options, message) => {
    const { enqueueMany, accepted } = await startUntyped();
    await expect(enqueueMany(Billing, 'loose', payloads, options)).rejects.toMatchObject({
      code: 'ENQUEUE_OPTIONS_INVALID',
      message: `enqueueMany of Billing.loose: ${message}`,
    });
    expect(await accepted()).toBe(0);
  });
});

describe('whoever follows a job is refused', () => {
  const ID = 'default~Billing.loose~rAAAAAAAAAAAA~AAAAAAAAAAAA';

  it.each(['A-1', '', 'default~Billing.loose~rA', undefined, null, 7])('the id %p', async (id) => {
    const { get, cancel, waitFor } = await startUntyped();
    for (const asked of [get(id), cancel(id), waitFor(id, { timeout: '1s' })]) {
      await expect(asked).rejects.toMatchObject({
        code: 'JOB_ID_INVALID',
        message: expect.stringContaining('is not a job id'),
      });
    }
  });

  it.each([[{}], [undefined], [{ timeout: 'long' }]])('the wait %p', async (options) => {
    const { waitFor } = await startUntyped();
    await expect(waitFor(ID, options)).rejects.toMatchObject({
      code: 'DURATION_INVALID',
      message: expect.stringMatching(
        /^JobClient\.waitFor: timeout: .* is not a duration\. Write milliseconds as a number/,
      ),
    });
  });

  it.each<[unknown, string, string]>([
    [undefined, 'JOB_QUERY_INVALID', 'JobClient.list of Billing.loose: the options must be an object.'],
    [{}, 'JOB_QUERY_INVALID', 'state is undefined; it must be one of scheduled, waiting, active, dead.'],
    [{ state: 'completed' }, 'JOB_QUERY_INVALID', "state is 'completed'; it must be one of"],
    [{ state: 'dead', offset: 5 }, 'JOB_QUERY_INVALID', "there is no option 'offset'"],
    [{ state: 'dead', limit: 0 }, 'LIMIT_INVALID', 'limit 0 is not a whole number from 1 to 100'],
    [{ state: 'dead', limit: 101 }, 'LIMIT_INVALID', 'limit 101 is not'],
    [{ state: 'waiting', cursor: 'x' }, 'CURSOR_INVALID', "'x' is not a cursor"],
  ])('the query %j', async (query, code, message) => {
    const { list } = await startUntyped();
    await expect(list(Billing, 'loose', query)).rejects.toMatchObject({
      code,
      message: expect.stringContaining(message),
    });
  });
});
