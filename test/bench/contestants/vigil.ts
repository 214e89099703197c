import 'reflect-metadata';
import { Inject, Injectable, Module, type INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Job, JobClient, JobWorker, VigilModule } from 'nestjs-vigil';
import type { Contest, Contestant, Monitors, Stage } from '../contestant.js';
import type { Order } from '../order.js';
import { jobsLeft } from './jobs-left.js';
import { roundsOf } from './rounds-of.js';
import { vigilOptions, WORK } from './vigil.options.js';

const HANDLE = Symbol('what is done with an order');

@Injectable()
class OrdersService {
  constructor(@Inject(HANDLE) private readonly handle: Stage['handle']) {}

  @Job(WORK)
  async work(order: Order): Promise<void> {
    this.handle(order);
  }
}

class VigilContest implements Contest {
  private readonly client: JobClient;
  private readonly worker: JobWorker;
  readonly monitors: Monitors;

  constructor(private readonly app: INestApplicationContext) {
    this.client = app.get(JobClient);
    this.worker = app.get(JobWorker);
    const rounds = roundsOf(app);
    this.monitors = { end: () => rounds.close() };
  }

  enqueue(order: Order): Promise<unknown> {
    return this.client.enqueue(OrdersService, 'work', order);
  }

  enqueueMany(orders: readonly Order[]): Promise<unknown> {
    return this.client.enqueueMany(OrdersService, 'work', orders);
  }

  start(): Promise<void> {
    return this.worker.start();
  }

  stop(): Promise<void> {
    return this.worker.drain();
  }

  left(): Promise<number> {
    return jobsLeft(this.app);
  }

  close(): Promise<void> {
    return this.app.close();
  }
}

export const vigil: Contestant = {
  describe: (stage) => [
    `VigilModule.forRoot(${JSON.stringify(vigilOptions(stage))})`,
    `@Job(${JSON.stringify(WORK)})`,
    'everything else is its default; Nest logs errors only',
  ],
  async open(stage) {
    @Module({
      imports: [VigilModule.forRoot(vigilOptions(stage))],
      providers: [OrdersService, { provide: HANDLE, useValue: stage.handle }],
    })
    class BenchModule {}

    const app = await NestFactory.createApplicationContext(BenchModule, { logger: ['error'] });
    const contest = new VigilContest(app);
    // As by default, the worker began when the application did.
    await contest.stop();
    return contest;
  },
};
