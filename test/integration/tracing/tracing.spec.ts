import { Module, type INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { VigilModule, type VigilOptions } from '../../../lib/index.js';
import { RecordedLogger } from '../../support/nest-apps.js';
import { describeWithRedis } from '../../support/redis-server.js';
import { Bank, tracingStories } from './tracing-stories.js';

@Module({})
class AppModule {}

const open: INestApplicationContext[] = [];
let apps = 0;

async function start(options: VigilOptions): Promise<INestApplicationContext> {
  const imports = [VigilModule.forRoot({ prefix: `tracing-${process.pid}-${++apps}`, isGlobal: true, ...options })];
  const module = { module: AppModule, imports, providers: [Bank] };
  const app = await NestFactory.createApplicationContext(module, { logger: new RecordedLogger() });
  open.push(app);
  return app;
}

afterEach(async () => {
  for (const app of open.splice(0)) await app.close();
});

describe('tracing of jobs in memory', () => tracingStories(start));

describeWithRedis('tracing of jobs on Redis', (redis) => {
  tracingStories((options) => start({ redis: redis().url, ...options }));
});
