import type { INestApplication } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { CronService, DeadLetterService, JobWorker, type CronRecord, type DeadLetterSummary } from 'nestjs-vigil';
import { OrdersService } from '../orders/orders.service.js';
import { DemoLogger } from './demo.logger.js';
import { demoModule } from './demo.module.js';
import { OpenHours } from './open-hours.js';
import { RetryTally } from './retry-tally.js';
import type { Screen } from './screen.js';
import { ShopFigures } from './shop-figures.js';
import { WorkerPool } from './worker-pool.js';

const MOST_DEAD_LETTERS = 100;

/** The shop's application in this process, and its worker processes if there are any. */
export class RunningShop {
  readonly orders: OrdersService;
  readonly figures: ShopFigures;
  readonly letters: DeadLetterService;

  private constructor(
    private readonly app: INestApplication,
    private readonly pool: WorkerPool,
  ) {
    this.orders = app.get(OrdersService, { strict: false });
    this.figures = app.get(ShopFigures);
    this.letters = app.get(DeadLetterService, { strict: false });
  }

  /** Where Redis and the servers are stands in the environment; with worker processes, this one only takes orders. */
  static async open(processes: number, screen: Screen): Promise<RunningShop> {
    // Errors are thrown to us instead of ending the process: they are worth a word of our own.
    const app = await NestFactory.create(demoModule(), { logger: new DemoLogger(screen), abortOnError: false });
    const retries = app.get(RetryTally);
    const pool = new WorkerPool({
      onLine: (line) => screen.print(line),
      onRetry: (name) => retries.add(name),
    });
    const shop = new RunningShop(app, pool);
    try {
      await app.listen(0, '127.0.0.1');
      await pool.start(processes);
      return shop;
    } catch (error) {
      await shop.close();
      throw error;
    }
  }

  get lostWorkers(): number {
    return this.pool.lost;
  }

  /** Has customers come until `stop` aborts. */
  serve(stop: AbortSignal, onFailure: (error: unknown) => void): Promise<void> {
    return this.app.get(OpenHours).serve(stop, onFailure);
  }

  /** Where orders are taken over HTTP, and where the dashboard is. */
  url(): Promise<string> {
    return this.app.getUrl();
  }

  async deadLetters(): Promise<readonly DeadLetterSummary[]> {
    const { items } = await this.letters.list({ limit: MOST_DEAD_LETTERS });
    return items;
  }

  /** What became of the slots of the reconciliation, newest first. */
  slots(): Promise<CronRecord[]> {
    return this.app.get(CronService, { strict: false }).history('reconcile', { limit: 100 });
  }

  /** Begins nothing more and finishes what is running. */
  async drain(): Promise<void> {
    await Promise.all([this.app.get(JobWorker, { strict: false }).drain(), this.pool.drain()]);
  }

  async close(): Promise<void> {
    await this.pool.drain();
    await this.app.close();
  }
}
