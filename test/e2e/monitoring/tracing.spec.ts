import { Injectable } from '@nestjs/common';
import { context, trace, type ContextManager, type TracerProvider } from '@opentelemetry/api';
import { Job } from '../../../lib/index.js';
import { eventually } from '../../support/eventually.js';
import { memoryApps } from '../../support/nest-apps.js';

const runs: string[] = [];

@Injectable()
class Mail {
  @Job({ name: 'mail.send', queue: 'mail' })
  async send({ to }: { to: string }): Promise<void> {
    runs.push(to);
  }
}

const broken = (): never => {
  throw new Error('the SDK is broken');
};

describe('the option tracing', () => {
  const start = memoryApps();
  beforeEach(() => runs.splice(0));
  afterEach(() => {
    trace.disable();
    context.disable();
    jest.dontMock('@opentelemetry/api');
  });

  it('changes nothing where the SDK throws at everything, and says so once', async () => {
    trace.setGlobalTracerProvider({ getTracer: () => ({ startSpan: broken }) } as unknown as TracerProvider);
    const { jobs, logger } = await start({ providers: [Mail] }, { tracing: true });
    expect(await jobs.enqueue(Mail, 'send', { to: 'ada' })).toMatchObject({ status: 'created' });
    expect(await jobs.enqueueMany(Mail, 'send', [{ to: 'bob' }, { to: 'eve' }])).toHaveLength(2);
    await eventually(() => expect(runs).toEqual(['ada', 'bob', 'eve']));
    expect(logger.of('error')).toEqual(['tracing failed: Error: the SDK is broken; jobs go on without']);
  });

  it('changes nothing where contexts are broken', async () => {
    const manager: ContextManager = {
      active: broken,
      with: broken,
      bind: broken,
      enable: broken,
      disable: () => manager,
    };
    context.setGlobalContextManager(manager);
    const { jobs } = await start({ providers: [Mail] }, { tracing: {} });
    await jobs.enqueue(Mail, 'send', { to: 'ada' });
    await eventually(() => expect(runs).toEqual(['ada']));
  });

  it('needs no SDK', async () => {
    const { jobs, logger } = await start({ providers: [Mail] }, { tracing: true });
    await jobs.enqueue(Mail, 'send', { to: 'ada' });
    await eventually(() => expect(runs).toEqual(['ada']));
    expect(logger.of('error')).toEqual([]);
  });

  it('needs the package, says how to come by it, and leaves the package alone when it is off', async () => {
    jest.doMock('@opentelemetry/api', () => {
      throw new Error("Cannot find module '@opentelemetry/api'");
    });
    await expect(start({ providers: [Mail] }, { tracing: true })).rejects.toMatchObject({
      code: 'OPENTELEMETRY_MISSING',
      message: expect.stringContaining('npm install @opentelemetry/api') as string,
    });
    const { jobs } = await start({ providers: [Mail] }, { tracing: false });
    await jobs.enqueue(Mail, 'send', { to: 'ada' });
    await eventually(() => expect(runs).toEqual(['ada']));
  });

  it.each([
    ['a text', 'yes'],
    ['an unknown option', { parents: true }],
    ['no boolean', { sameTrace: 'yes' }],
  ])('is refused with %s', async (_, tracing) => {
    await expect(start({ providers: [Mail] }, { tracing: tracing as never })).rejects.toMatchObject({
      code: 'VIGIL_OPTIONS_INVALID',
    });
  });
});
