import 'reflect-metadata';
import { Injectable, Module, type INestApplicationContext, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { defineJob, Job, JobClient, JobWorker, VigilModule, type JobContract } from 'nestjs-vigil';
import type { Stage } from '../contestant.js';
import { jobsLeft } from '../contestants/jobs-left.js';
import { vigilOptions } from '../contestants/vigil.options.js';
import type { Order } from '../order.js';

/** An application whose jobs are of several types. */
export class Crowd {
  private constructor(
    private readonly app: INestApplicationContext,
    private readonly contracts: readonly JobContract<Order>[],
  ) {}

  static async open(stage: Stage, types: number): Promise<Crowd> {
    const contracts = Array.from({ length: types }, (_, n) => defineJob<Order>(`work.${n}`, { idempotencyKey: 'id' }));
    @Module({ imports: [VigilModule.forRoot(vigilOptions(stage))], providers: [serviceOf(contracts, stage.handle)] })
    class CrowdModule {}
    const app = await NestFactory.createApplicationContext(CrowdModule, { logger: ['error'] });
    const crowd = new Crowd(app, contracts);
    await crowd.stop();
    return crowd;
  }

  /** Each type gets its part. */
  async enqueue(orders: readonly Order[]): Promise<void> {
    const client = this.app.get(JobClient);
    const part = Math.ceil(orders.length / this.contracts.length);
    for (const [n, contract] of this.contracts.entries()) {
      const own = orders.slice(n * part, (n + 1) * part);
      for (let at = 0; at < own.length; at += 1_000) await client.enqueueMany(contract, own.slice(at, at + 1_000));
    }
  }

  start(): Promise<void> {
    return this.app.get(JobWorker).start();
  }

  stop(): Promise<void> {
    return this.app.get(JobWorker).drain();
  }

  /** Jobs that have not ended. */
  left(): Promise<number> {
    return jobsLeft(this.app);
  }

  close(): Promise<void> {
    return this.app.close();
  }
}

function serviceOf(contracts: readonly JobContract<Order>[], handle: Stage['handle']): Type {
  class CrowdService {}
  for (const [n, contract] of contracts.entries()) {
    const method = `work${n}`;
    const value = async (order: Order): Promise<void> => handle(order);
    Object.defineProperty(CrowdService.prototype, method, { value, writable: true, configurable: true });
    const descriptor = Object.getOwnPropertyDescriptor(CrowdService.prototype, method)!;
    (Job(contract) as MethodDecorator)(CrowdService.prototype, method, descriptor);
  }
  return Injectable()(CrowdService) ?? CrowdService;
}
