import 'reflect-metadata';
import { Injectable, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { currentJob, Job, JobClient, JobEvents, VigilModule } from '../../../lib/index.js';

const say = (what: unknown): void => void process.send?.(what);
const later = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 20));

@Injectable()
class Work {
  @Job({ name: 'work.careless' })
  async careless(): Promise<void> {
    void this.forgotten();
  }

  private async forgotten(): Promise<void> {
    await later();
    say({ current: currentJob()?.name });
    throw new Error('token=abc123 nobody awaited this');
  }
}

async function main(): Promise<void> {
  @Module({ imports: [VigilModule.forRoot({ asyncContext: true })], providers: [Work] })
  class App {}
  const app = await NestFactory.createApplicationContext(App, { logger: ['error'] });
  app
    .get(JobEvents)
    .stream()
    .subscribe((event) => event.type === 'job.late-rejection' && say(event));
  const { id } = await app.get(JobClient).enqueue(Work, 'careless');
  say({ id });
  process.once('message', () => void Promise.reject(new Error('of no job')));
}

void main();
