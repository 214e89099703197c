import { Injectable, Module } from '@nestjs/common';
import {
  DeadLetterService,
  InjectJobs,
  Job,
  JobClient,
  JobContext,
  NonRetryableJobError,
  type JobsOf,
} from '../../lib/index.js';
import { eventually } from '../support/eventually.js';
import { memoryApps } from '../support/nest-apps.js';

const start = memoryApps();

interface Greeting {
  name: string;
}

@Injectable()
class GreetingService {
  readonly greeted: string[] = [];

  @Job({ idempotencyKey: 'name', keepResult: true })
  async greet(greeting: Greeting, ctx: JobContext): Promise<{ text: string }> {
    this.greeted.push(greeting.name);
    return { text: `Hello ${greeting.name}, attempt ${ctx.attempt}` };
  }

  @Job({ owner: 'nobody' })
  async fail(): Promise<void> {
    throw new NonRetryableJobError('never');
  }
}

@Injectable()
class Producer {
  constructor(
    readonly jobs: JobClient,
    @InjectJobs(GreetingService) readonly greetings: JobsOf<GreetingService>,
    @InjectJobs(() => GreetingService) readonly later: JobsOf<GreetingService>,
  ) {}
}

@Module({ providers: [GreetingService], exports: [GreetingService] })
class GreetingModule {}

describe('a job', () => {
  it('is declared, enqueued, done and told of', async () => {
    const { app } = await start({ imports: [GreetingModule], providers: [Producer] });
    const { jobs, greetings, later } = app.get(Producer);
    expect(later).toBe(greetings);
    const first = await greetings.greet({ name: 'Ada' });
    expect(first).toMatchObject({ status: 'created', state: 'waiting' });
    expect(await jobs.waitFor(first, { timeout: '5s' })).toEqual({ text: 'Hello Ada, attempt 1' });
    const second = await jobs.enqueue(GreetingService, 'greet', { name: 'Ada' }, { delay: '1h' });
    expect(second).toEqual({
      id: first.id,
      status: 'duplicate',
      state: 'completed',
      payloadChanged: false,
      result: { text: 'Hello Ada, attempt 1' },
      ignoredOptions: ['delay'],
    });
    expect(app.get(GreetingService).greeted).toEqual(['Ada']);

    const dead = await greetings.fail();
    await expect(jobs.waitFor(dead, { timeout: '5s' })).rejects.toThrow('never');
    await eventually(async () =>
      expect((await app.get(DeadLetterService).list()).items).toMatchObject([{ id: dead.id, owner: 'nobody' }]),
    );
  });
});
