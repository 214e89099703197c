import { Controller, Get, Inject, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { HealthCheckService, TerminusModule } from '@nestjs/terminus';
import { Injectable } from '@nestjs/common';
import { Job, JobHealth, JobHealthIndicator, VigilModule } from '../../../lib/index.js';
import { eventually } from '../../support/eventually.js';
import { redisAvailable, startRedisServer } from '../../support/redis-server.js';

@Injectable()
class Mail {
  @Job({ name: 'mail.send' })
  async send(): Promise<void> {}
}

@Controller('health')
class Probes {
  constructor(
    @Inject(HealthCheckService) private readonly health: HealthCheckService,
    @Inject(JobHealthIndicator) private readonly jobs: JobHealthIndicator,
  ) {}

  @Get('live')
  live(): unknown {
    return this.health.check([() => this.jobs.isAlive()]);
  }

  @Get('ready')
  ready(): unknown {
    return this.health.check([() => this.jobs.isReady()]);
  }
}

(redisAvailable ? describe : describe.skip)('the probes of an application with @nestjs/terminus', () => {
  it('tell a Redis that is down by readiness alone, and that it is back', async () => {
    let server = await startRedisServer();
    const { port, url } = server;

    @Module({
      imports: [
        TerminusModule.forRoot({ logger: false }),
        VigilModule.forRoot({ redis: url, commandTimeout: '300ms', sweepInterval: '500ms' }),
      ],
      controllers: [Probes],
      providers: [Mail],
    })
    class App {}
    const app = await NestFactory.create(App, { logger: false });
    try {
      await app.listen(0, '127.0.0.1');
      const base = `${await app.getUrl()}/health`;
      const probe = async (path: string): Promise<[number, string]> => {
        const response = await fetch(`${base}/${path}`);
        const { details } = (await response.json()) as { details: { jobs: { status: string } } };
        return [response.status, details.jobs.status];
      };
      await eventually(async () => expect(await probe('ready')).toEqual([200, 'up']));
      await server.stop();
      await eventually(async () => expect(await probe('ready')).toEqual([503, 'down']));
      expect(await probe('live')).toEqual([200, 'up']);
      expect((await app.get(JobHealth).readiness()).checks.store.status).toBe('down');
      server = await startRedisServer({ port });
      await eventually(async () => expect(await probe('ready')).toEqual([200, 'up']), { timeout: 15_000 });
    } finally {
      await app.close();
      await server.stop();
    }
  }, 40_000);
});

describe('readiness of an application that handles no jobs', () => {
  it('is up, though its worker claims nothing', async () => {
    @Module({ imports: [VigilModule.forRoot({})] })
    class Web {}
    const app = await NestFactory.create(Web, { logger: false });
    try {
      await app.init();
      const { status, checks } = await app.get(JobHealth).readiness();
      expect([status, checks.worker.status]).toEqual(['up', 'up']);
    } finally {
      await app.close();
    }
  });
});
