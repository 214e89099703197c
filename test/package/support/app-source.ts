/** The app itself: declares a job, asks for it twice, waits for its result and ends by itself. */
export const mainSource = `
import 'reflect-metadata';
import { Injectable, Module, type INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ScheduleModule, SchedulerRegistry } from '@nestjs/schedule';
import { Cron, CronExpression, CronRun, Job, JobClient, JobContext, VigilModule } from 'nestjs-vigil';

export interface Greeting {
  name: string;
}

@Injectable()
export class GreetingService {
  @Job({ idempotencyKey: 'name', maxRetries: 2, timeout: '5s', keepResult: true })
  async greet(greeting: Greeting, ctx: JobContext): Promise<{ text: string }> {
    return { text: \`Hello \${greeting.name}, attempt \${ctx.attempt}\` };
  }

  private tell: (trigger: string) => void = () => undefined;
  readonly ticked = new Promise<string>((resolve) => (this.tell = resolve));

  @Cron(CronExpression.EVERY_SECOND, { name: 'tick', lock: 'redis', timeZone: 'UTC', disabled: true })
  tick(run: CronRun): void {
    this.tell(run.trigger);
  }
}

@Module({ imports: [VigilModule.forRoot({ redis: process.env.REDIS_URL })], providers: [GreetingService] })
export class AppModule {}

@Module({ imports: [AppModule, ScheduleModule.forRoot()] })
export class BothModule {}

function seenBy(module: INestApplicationContext): string[] {
  return [...module.get(SchedulerRegistry, { strict: false }).getCronJobs().keys()];
}

async function main(): Promise<void> {
  const app = await NestFactory.createApplicationContext(AppModule, { logger: ['error'] });
  const jobs = app.get(JobClient);
  const first = await jobs.enqueue(GreetingService, 'greet', { name: 'Ada' });
  const result = await jobs.waitFor(first.id, { timeout: '10s' });
  const second = await jobs.enqueue(GreetingService, 'greet', { name: 'Ada' });
  app.get(SchedulerRegistry).getCronJob('tick').start();
  const trigger = await app.get(GreetingService).ticked;
  await app.close();
  const both = await NestFactory.createApplicationContext(BothModule, { logger: ['error'] });
  const entries = [AppModule, BothModule].map((module) => seenBy(both.select(module)));
  await both.close();
  console.log(JSON.stringify({ first: first.status, result, trigger, entries, second: second.status, state: second.state }));
}

void main();
`;

export const expectedOutput = {
  first: 'created',
  result: { text: 'Hello Ada, attempt 1' },
  trigger: 'schedule',
  entries: [['tick'], ['tick']],
  second: 'duplicate',
  state: 'completed',
};

/** Touches every entry, so that the compiler reads all declarations. */
export const typesSource = `
import type { JobsOf } from 'nestjs-vigil';
import { defineJob } from 'nestjs-vigil/contract';
import { VigilTestingModule } from 'nestjs-vigil/testing';
import type { GreetingService } from './main.js';

export const charge = defineJob<{ orderId: string }, { payment: string }>('billing.charge', { idempotencyKey: 'orderId' });
export const testing = VigilTestingModule;

export async function greet(jobs: JobsOf<GreetingService>): Promise<string> {
  // @ts-expect-error a payload has a name
  await jobs.greet({ nme: 'Ada' });
  return (await jobs.greet({ name: 'Ada' })).id;
}
`;

export const compilerOptions = {
  target: 'ES2022',
  lib: ['ES2023'],
  outDir: 'dist',
  rootDir: 'src',
  strict: true,
  experimentalDecorators: true,
  emitDecoratorMetadata: true,
  esModuleInterop: true,
  types: ['node'],
};
