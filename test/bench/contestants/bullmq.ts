import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Queue, Worker, type Job } from 'bullmq';
import type { Contest, Contestant, Stage } from '../contestant.js';
import type { Order } from '../order.js';
import { jobOptions, queueOptions, workerOptions } from './bullmq.options.js';

const QUEUE = 'orders';
const JOB = 'work';

class BullMQContest implements Contest {
  private worker: Promise<Worker<Order>> | undefined;
  private readonly errors: Error[] = [];

  constructor(
    private readonly stage: Stage,
    private readonly queue: Queue<Order>,
  ) {
    queue.on('error', (error) => this.errors.push(error));
  }

  async ready(): Promise<this> {
    await this.queue.waitUntilReady();
    this.worker = this.standBy();
    await this.worker;
    return this;
  }

  enqueue(order: Order): Promise<unknown> {
    return this.queue.add(JOB, order, jobOptions(order));
  }

  enqueueMany(orders: readonly Order[]): Promise<unknown> {
    return this.queue.addBulk(orders.map((order) => ({ name: JOB, data: order, opts: jobOptions(order) })));
  }

  async start(): Promise<void> {
    const worker = await (this.worker ??= this.standBy());
    // It resolves when the worker has ended.
    worker.run().catch((error: Error) => this.errors.push(error));
  }

  async stop(): Promise<void> {
    await (await this.worker)?.close();
    this.worker = undefined;
    if (this.errors.length > 0) throw new AggregateError(this.errors, `BullMQ: ${this.errors[0]?.message}`);
  }

  async left(): Promise<number> {
    const counts = await this.queue.getJobCounts();
    return Object.values(counts).reduce((sum, count) => sum + count, 0);
  }

  async close(): Promise<void> {
    await this.stop();
    await this.queue.close();
  }

  private async standBy(): Promise<Worker<Order>> {
    const handle = async ({ data }: Job<Order>): Promise<void> => this.stage.handle(data);
    const worker = new Worker<Order>(QUEUE, handle, workerOptions(this.stage));
    worker.on('error', (error) => this.errors.push(error));
    await worker.waitUntilReady();
    return worker;
  }
}

/** Its manifest is not among its exports. */
function version(): string {
  const manifest = join(dirname(require.resolve('bullmq')), '../../package.json');
  return (JSON.parse(readFileSync(manifest, 'utf8')) as { version: string }).version;
}

export const bullmq: Contestant = {
  describe: (stage) => [
    `BullMQ ${version()}`,
    `new Queue(${JSON.stringify(queueOptions(stage))})`,
    `new Worker(${JSON.stringify(workerOptions(stage))})`,
    `add and addBulk with ${JSON.stringify(jobOptions({ id: 'order-0000001' }))}`,
    'everything else is its default: no metrics, no telemetry, no rate limit, no events read',
  ],
  open: (stage) => new BullMQContest(stage, new Queue(QUEUE, queueOptions(stage))).ready(),
};
