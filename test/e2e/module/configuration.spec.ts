import { Injectable, Module, type ModuleMetadata } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Transport } from '@nestjs/microservices';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import {
  Job,
  JobClient,
  JobWorker,
  VigilModule,
  type VigilOptions,
  type VigilOptionsFactory,
} from '../../../lib/index.js';
import { memoryApps, RecordedLogger } from '../../support/nest-apps.js';

const start = memoryApps();
const WAIT = { timeout: '5s' } as const;

@Injectable()
class Greeter {
  @Job({ keepResult: true })
  async greet(name: string): Promise<string> {
    return `Hello ${name}`;
  }

  @Job({ queue: 'quiet', keepResult: true })
  async whisper(name: string): Promise<string> {
    return `psst ${name}`;
  }
}

@Injectable()
class Settings implements VigilOptionsFactory {
  async createVigilOptions(): Promise<VigilOptions> {
    return { defaults: { timeout: '7s' }, worker: { queues: { quiet: 2 } } };
  }
}

@Module({ providers: [Settings, { provide: 'TIMEOUT', useValue: '7s' }], exports: [Settings, 'TIMEOUT'] })
class SettingsModule {}

describe('forRootAsync', () => {
  it.each([
    [
      'useFactory',
      VigilModule.forRootAsync({
        imports: [SettingsModule],
        inject: ['TIMEOUT', { token: 'MISSING', optional: true }],
        useFactory: async (timeout: '7s') => ({ defaults: { timeout }, worker: { queues: { quiet: 2 } } }),
      }),
    ],
    ['useClass', VigilModule.forRootAsync({ useClass: Settings })],
    ['useExisting', VigilModule.forRootAsync({ imports: [SettingsModule], useExisting: Settings })],
  ])('takes its options from %s', async (_, vigil) => {
    const logger = new RecordedLogger();
    const app = await Test.createTestingModule({ imports: [vigil], providers: [Greeter] })
      .setLogger(logger)
      .compile();
    await app.init();
    expect(logger.of('log')).toContainEqual(
      expect.stringMatching(/^job Greeter\.greet on queue default: .*; timeout 7 s$/),
    );
    const jobs = app.get(JobClient);
    const ignored = await jobs.enqueue(Greeter, 'greet', 'Ada');
    expect(await jobs.waitFor(await jobs.enqueue(Greeter, 'whisper', 'Bob'), WAIT)).toBe('psst Bob');
    expect(await jobs.get(ignored.id)).toMatchObject({ state: 'waiting' });
    await app.close();
  });

  it('is seen everywhere with isGlobal, and only where it is imported without', async () => {
    @Injectable()
    class Producer {
      constructor(readonly jobs: JobClient) {}
    }
    @Module({ providers: [Producer] })
    class ProducerModule {}
    const compile = (isGlobal: boolean) =>
      Test.createTestingModule({
        imports: [VigilModule.forRootAsync({ isGlobal, useFactory: () => ({}) }), ProducerModule],
      })
        .setLogger(new RecordedLogger())
        .compile();
    const app = await compile(true);
    expect(app.get(Producer, { strict: false }).jobs).toBe(app.get(JobClient));
    await app.close();
    await expect(compile(false)).rejects.toThrow('JobClient');
  });
});

describe('a process', () => {
  it('with worker: false only enqueues', async () => {
    const { app, jobs, logger } = await start({ providers: [Greeter] }, { worker: false });
    const { id } = await jobs.enqueue(Greeter, 'greet', 'Ada');
    await expect(jobs.waitFor(id, { timeout: 100 })).rejects.toMatchObject({ code: 'WAIT_TIMEOUT' });
    expect(await jobs.get(id)).toMatchObject({ state: 'waiting', attempt: 0 });
    expect(app.get(JobWorker).state).toBe('idle');
    expect(logger.of('log')).toContain('worker: false, so this process only enqueues');
  });

  it('that has no handlers enqueues by contract and by class', async () => {
    const { jobs } = await start({});
    expect(await jobs.enqueue(Greeter, 'greet', 'Ada')).toMatchObject({ status: 'created' });
  });

  it('with autoStart: false works when it is told to', async () => {
    const { app, jobs } = await start({ providers: [Greeter] }, { autoStart: false });
    const receipt = await jobs.enqueue(Greeter, 'greet', 'Ada');
    expect(app.get(JobWorker).state).toBe('idle');
    expect(await jobs.get(receipt.id)).toMatchObject({ state: 'waiting' });
    await app.get(JobWorker).start();
    expect(await jobs.waitFor(receipt, WAIT)).toBe('Hello Ada');
  });

  it('says in its log that memory ends with it, and what each job may cost', async () => {
    const { logger } = await start({ providers: [Greeter] });
    expect(logger.of('log')).toContainEqual(expect.stringMatching(/^jobs are kept in memory; durability: /));
    expect(logger.of('warn')).toContainEqual(expect.stringContaining('redis'));
    expect(logger.of('log')).toContain(
      'job Greeter.whisper on queue quiet: maxRetries 8: about 16 minutes in all; timeout 60 s',
    );
  });
});

describe('jobs are done in', () => {
  const metadata: ModuleMetadata = { imports: [VigilModule.forRoot()], providers: [Greeter] };
  @Module(metadata)
  class AppModule {}
  const options = { logger: false } as const;

  async function expectToWork(app: { get(type: typeof JobClient): JobClient; close(): Promise<void> }): Promise<void> {
    try {
      const jobs = app.get(JobClient);
      expect(await jobs.waitFor(await jobs.enqueue(Greeter, 'greet', 'Ada'), WAIT)).toBe('Hello Ada');
    } finally {
      await app.close();
    }
  }

  it('an application without a server', async () => {
    await expectToWork(await NestFactory.createApplicationContext(AppModule, options));
  });

  it.each([
    ['Express', () => new ExpressAdapter()],
    ['Fastify', () => new FastifyAdapter()],
  ])('an HTTP application on %s', async (_, adapter) => {
    const app = await NestFactory.create(AppModule, adapter(), options);
    await app.listen(0, '127.0.0.1');
    await expectToWork(app);
  });

  it('a microservice', async () => {
    const app = await NestFactory.createMicroservice(AppModule, {
      ...options,
      transport: Transport.TCP,
      options: { host: '127.0.0.1', port: 0 },
    });
    await app.listen();
    await expectToWork(app);
  });

  it('a hybrid application', async () => {
    const app = await NestFactory.create(AppModule, options);
    app.connectMicroservice({ transport: Transport.TCP, options: { host: '127.0.0.1', port: 0 } });
    await app.startAllMicroservices();
    await app.listen(0, '127.0.0.1');
    await expectToWork(app);
  });
});
