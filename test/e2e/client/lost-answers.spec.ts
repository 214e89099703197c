import {
  defineJob,
  EngineTimeoutError,
  QueueService,
  type EnqueueOptions,
  type JobClient,
} from '../../../lib/index.js';
import type { JobEngine } from '../../../lib/engine/engine.port.js';
import type { EnqueueRequest } from '../../../lib/engine/producer.port.js';
import { VIGIL_ENGINE } from '../../../lib/vigil.tokens.js';
import { memoryApps } from '../../support/nest-apps.js';

const start = memoryApps();

interface Order {
  orderId: string;
}

const order: Order = { orderId: 'A-1' };

describe('an enqueue whose answer got lost', () => {
  const looseJob = defineJob<number>('loose');
  const keyedJob = defineJob<Order>('keyed', { idempotencyKey: 'orderId' });

  /** The store accepts, and nobody hears of it. */
  function loseAnswer(engine: JobEngine): void {
    const accept = engine.enqueue.bind(engine);
    jest.spyOn(engine, 'enqueue').mockImplementationOnce(async (requests: Iterable<EnqueueRequest>) => {
      await accept(requests);
      throw new EngineTimeoutError('no answer within 5000 ms');
    });
  }

  async function lostAnswer(jobs: JobClient, engine: JobEngine): Promise<EngineTimeoutError> {
    loseAnswer(engine);
    return jobs.enqueue(keyedJob, order).then(
      () => Promise.reject(new Error('accepted')),
      (error: EngineTimeoutError) => error,
    );
  }

  it('tells the ids, by which it can be repeated without a second job', async () => {
    const { app, jobs } = await start({}, { autoStart: false });
    const error = await lostAnswer(jobs, app.get(VIGIL_ENGINE));
    expect(error).toMatchObject({ code: 'ENGINE_TIMEOUT', jobIds: [expect.stringMatching(/^default~keyed~sA-1~/)] });
    const [id] = error.jobIds;
    expect(await jobs.enqueue(keyedJob, order, { id })).toMatchObject({ id, status: 'created' });
    expect((await app.get(QueueService).list())[0].types).toMatchObject([{ type: 'keyed', accepted: 1 }]);
  });

  it('of many tells the ids of all', async () => {
    const { app, jobs } = await start({}, { autoStart: false });
    loseAnswer(app.get(VIGIL_ENGINE));
    const ids = await jobs.enqueueMany(looseJob, [1, 2, 3]).then(
      () => [],
      (error: EngineTimeoutError) => error.jobIds,
    );
    expect(ids).toHaveLength(3);
    const receipts = await jobs.enqueueMany(looseJob, [1, 2, 3], (_, i): EnqueueOptions => ({ id: ids[i] }));
    expect(receipts.map(({ id, status }) => [id, status])).toEqual(ids.map((id) => [id, 'created']));
    expect((await app.get(QueueService).list())[0].types).toMatchObject([{ accepted: 3 }]);
  });

  it('can not be repeated elsewhere without a key, and says what to do', async () => {
    const { jobs } = await start({}, { autoStart: false });
    const { id } = await jobs.enqueue(looseJob, 1);
    const { jobs: others } = await start({}, { autoStart: false });
    await expect(others.enqueue(looseJob, 1, { id })).rejects.toMatchObject({
      code: 'OPERATION_EXPIRED',
      message: expect.stringContaining('give the job an idempotencyKey to make repetitions safe at any time'),
    });
    const keyed = await jobs.enqueue(keyedJob, order);
    expect(await others.enqueue(keyedJob, order, { id: keyed.id })).toMatchObject({ id: keyed.id, status: 'created' });
  });

  it.each<[string, (jobs: JobClient, id: string) => Promise<unknown>]>([
    ['another key', (jobs, id) => jobs.enqueue(keyedJob, { orderId: 'B-2' }, { id })],
    ['another job', (jobs, id) => jobs.enqueue(looseJob, 1, { id })],
  ])('is not repeated with the id of %s', async (_, repeat) => {
    const { jobs } = await start({}, { autoStart: false });
    const { id } = await jobs.enqueue(keyedJob, order);
    await expect(repeat(jobs, id)).rejects.toMatchObject({
      code: 'JOB_ID_MISMATCH',
      message: expect.stringContaining(
        'Give the id that the error of this very enqueue carried, with the same payload.',
      ),
    });
  });
});
