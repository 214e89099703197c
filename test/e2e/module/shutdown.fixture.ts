import 'reflect-metadata';
import { Injectable, Module, type DynamicModule } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Job, JobClient, JobWorker, VigilModule } from '../../../lib/index.js';
import { eventually } from '../../support/eventually.js';

const [, , how] = process.argv;
const say = (text: string): void => void process.send?.(text);

@Injectable()
class Work {
  constructor(private readonly worker: JobWorker) {}

  @Job()
  async run(): Promise<void> {
    say('working');
    if (how === 'sigterm') await eventually(() => this.worker.state === 'draining');
    say('finished');
  }

  @Job({ maxRetries: how === 'bad-boot' ? -1 : 1 })
  async later(): Promise<void> {}
}

@Module({})
class App {
  static create(): DynamicModule {
    return { module: App, imports: [VigilModule.forRoot()], providers: [Work] };
  }
}

async function main(): Promise<void> {
  const app = await NestFactory.createApplicationContext(App.create(), { logger: false, abortOnError: false });
  app.enableShutdownHooks();
  const jobs = app.get(JobClient);
  await jobs.enqueue(Work, 'later', undefined, { delay: '1h' });
  const { id } = await jobs.enqueue(Work, 'run');
  if (how !== 'close') return;
  await jobs.waitFor(id, { timeout: '10s' }).catch(() => undefined);
  await app.close();
  process.disconnect();
}

main().catch(() => {
  say('refused');
  process.disconnect();
});
