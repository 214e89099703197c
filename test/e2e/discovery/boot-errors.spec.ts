import { Injectable, Module, type ModuleMetadata, type Provider, type Type } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { defineJob, Job, VigilModule, type VigilOptions } from '../../../lib/index.js';
import { VigilTestingModule } from '../../../lib/testing/index.js';
import { RecordedLogger } from '../../support/nest-apps.js';

async function boot(metadata: ModuleMetadata): Promise<void> {
  const app = await Test.createTestingModule(metadata).setLogger(new RecordedLogger()).compile();
  await app.init();
  await app.close();
}

const bootWith = (options: VigilOptions, ...providers: Provider[]): Promise<void> =>
  boot({ imports: [VigilModule.forRoot(options)], providers });

/** A class `Billing` with a job `charge` of these options, which the compiler would refuse. */
function billing(options: object): Type {
  class Billing {
    @Job(options as never)
    async charge(): Promise<void> {}
  }
  return Injectable()(Billing) ?? Billing;
}

describe('boot refuses a job with', () => {
  it.each<[object, string, string]>([
    [{ maxRetries: -1 }, 'JOB_OPTIONS_INVALID', 'maxRetries is -1; it must be a whole number from 0 to 1000.'],
    [{ maxRetries: 1.5 }, 'JOB_OPTIONS_INVALID', 'maxRetries is 1.5; it must be a whole number from 0 to 1000.'],
    [{ maxRetries: '3' }, 'JOB_OPTIONS_INVALID', "maxRetries is '3'; it must be a whole number from 0 to 1000."],
    [{ timeout: 'soon' }, 'DURATION_INVALID', "timeout: 'soon' is not a duration"],
    [{ timeout: '-1s' }, 'DURATION_INVALID', "timeout: '-1s' is not a duration"],
    [{ timeout: 0 }, 'JOB_OPTIONS_INVALID', 'timeout is 0; it must be at least 1 ms.'],
    [{ backoff: { delay: '5 s' } }, 'DURATION_INVALID', "backoff.delay: '5 s' is not a duration"],
    [{ idempotencyWindow: Infinity }, 'DURATION_INVALID', 'idempotencyWindow: Infinity is not a duration'],
    [{ rateLimit: { max: 1, per: 'minute' } }, 'DURATION_INVALID', "rateLimit.per: 'minute' is not a duration"],
    [{ name: 'charge order' }, 'JOB_OPTIONS_INVALID', "the name 'charge order' can not be used. Use 1 to 128 letters"],
    [{ name: '' }, 'JOB_OPTIONS_INVALID', "the name '' can not be used. Use 1 to 128 letters"],
    [{ queue: '{billing}' }, 'JOB_OPTIONS_INVALID', "queue '{billing}' can not be used. Use 1 to 128 letters"],
    [{ maxRetry: 3 }, 'JOB_OPTIONS_INVALID', "there is no option 'maxRetry'. Did you mean 'maxRetries'?"],
    [
      { version: 2, migrate: { 2: () => 1 } },
      'JOB_OPTIONS_INVALID',
      'migrate[2] leads from a version that is not older',
    ],
    [{ version: 2, migrate: { 1: 'x' } }, 'JOB_OPTIONS_INVALID', "migrate[1] is 'x'; it must be a function."],
    [{ onDead: 'refund' }, 'JOB_OPTIONS_INVALID', "onDead names 'refund', which is no method of Billing."],
    [{ onDead: 'charge' }, 'JOB_OPTIONS_INVALID', "onDead names 'charge', which is a job itself."],
    [{ onDead: '' }, 'JOB_OPTIONS_INVALID', "onDead is ''; it must be a text that is not empty."],
    [{ onDead: { run: 'refund' } }, 'JOB_OPTIONS_INVALID', "there is no option 'onDead.run'."],
    [{ name: 'n'.repeat(122), onDead: 'toString' }, 'JOB_OPTIONS_INVALID', 'the name of its onDead,'],
    [{ schema: {} }, 'JOB_OPTIONS_INVALID', 'schema is neither a Standard Schema'],
  ])('%j', async (options, code, told) => {
    await expect(bootWith({}, billing(options))).rejects.toMatchObject({
      code,
      message: expect.stringContaining(`@Job on Billing.charge: ${told}`),
    });
  });

  it('a policy that its contract should say', async () => {
    const chargeJob = defineJob('billing.charge');
    class Billing {
      @Job(chargeJob, { queue: 'other' } as never)
      async charge(): Promise<void> {}
    }
    await expect(bootWith({}, Billing)).rejects.toMatchObject({
      code: 'JOB_OPTIONS_INVALID',
      message: expect.stringContaining("@Job on Billing.charge: there is no option 'queue'."),
    });
  });
});

describe('boot refuses two jobs of one name', () => {
  @Injectable()
  class Billing {
    @Job({ name: 'charge' })
    async charge(): Promise<void> {}
  }
  @Injectable()
  class Invoices {
    @Job(defineJob('charge'))
    async send(): Promise<void> {}
  }

  it('in different classes', async () => {
    await expect(bootWith({}, Billing, Invoices)).rejects.toMatchObject({
      code: 'JOB_NAME_DUPLICATE',
      message:
        "Two jobs are named 'charge': Billing.charge and Invoices.send. Give one of them another name: @Job({ name: '…' }).",
    });
  });

  it('that were inherited under a name of their own', async () => {
    @Injectable()
    class Refunds extends Billing {}
    await expect(bootWith({}, Billing, Refunds)).rejects.toMatchObject({
      code: 'JOB_NAME_DUPLICATE',
      message: expect.stringContaining('Billing.charge and Refunds.charge'),
    });
  });

  it('of different classes with the same name', async () => {
    const [First, Second] = [billing({}), billing({})];
    await expect(bootWith({}, First, Second)).rejects.toMatchObject({
      code: 'JOB_NAME_DUPLICATE',
      message: expect.stringContaining("Two jobs are named 'Billing.charge': Billing.charge and Billing.charge."),
    });
  });

  it('of one class that two modules provide', async () => {
    @Module({ providers: [Billing] })
    class FirstModule {}
    @Module({ providers: [Billing] })
    class SecondModule {}
    await expect(boot({ imports: [VigilModule.forRoot(), FirstModule, SecondModule] })).rejects.toMatchObject({
      code: 'JOB_NAME_DUPLICATE',
      message: expect.stringMatching(
        /^The job Billing\.charge has two handlers: Billing is provided in FirstModule and in SecondModule\. Provide it in one module/,
      ),
    });
  });

  it('of one class provided under two names', async () => {
    const providers = [Billing, { provide: 'BILLING', useClass: Billing }];
    await expect(bootWith({}, ...providers)).rejects.toMatchObject({
      code: 'JOB_NAME_DUPLICATE',
      message: expect.stringContaining('Billing is provided twice in RootTestModule'),
    });
  });
});

describe('boot refuses nestjs-vigil twice in one application', () => {
  @Module({ imports: [VigilModule.forRoot({ prefix: 'other' })] })
  class FeatureModule {}
  const async = () => VigilModule.forRootAsync({ useFactory: () => ({}) });

  it.each<[string, NonNullable<ModuleMetadata['imports']>]>([
    ['forRoot beside forRoot', [VigilModule.forRoot(), VigilModule.forRoot({ prefix: 'second' })]],
    ['forRoot beside forRootAsync', [VigilModule.forRoot(), async()]],
    ['forRootAsync beside forRootAsync', [async(), async()]],
    ['forRoot in a module below', [VigilModule.forRoot({ isGlobal: true }), FeatureModule]],
    ['the module beside the one for tests', [VigilModule.forRoot(), VigilTestingModule.forRoot()]],
  ])('%s', async (_, imports) => {
    await expect(boot({ imports })).rejects.toMatchObject({
      code: 'VIGIL_MODULE_TWICE',
      message: expect.stringMatching(/configured 2 times .* Call forRoot once, with isGlobal: true if several modules/),
    });
  });

  it('but not the very same module imported by several', async () => {
    const vigil = VigilModule.forRoot();
    @Module({ imports: [vigil] })
    class FirstModule {}
    @Module({ imports: [vigil] })
    class SecondModule {}
    await expect(boot({ imports: [vigil, FirstModule, SecondModule] })).resolves.toBeUndefined();
  });

  it('and not two applications in one process', async () => {
    await expect(Promise.all([bootWith({}), bootWith({})])).resolves.toBeDefined();
  });
});

describe('boot refuses options of the module', () => {
  it.each<[object, string, string]>([
    [{ worker: { concurrency: 0 } }, 'VIGIL_OPTIONS_INVALID', 'VigilModule: worker.concurrency is 0'],
    [{ worker: { queues: {} } }, 'VIGIL_OPTIONS_INVALID', 'VigilModule: worker.queues names no queue'],
    [{ worker: { queues: { mail: 0.5 } } }, 'VIGIL_OPTIONS_INVALID', 'VigilModule: worker.queues.mail is 0.5'],
    [{ worker: { concurrency: 1, queues: { a: 1 } } }, 'VIGIL_OPTIONS_INVALID', 'exclude each other'],
    [{ worker: true }, 'VIGIL_OPTIONS_INVALID', 'worker must be an object'],
    [{ worker: { queues: null } }, 'VIGIL_OPTIONS_INVALID', 'worker.queues must be an object'],
    [{ redact: { key: ['iban'] } }, 'VIGIL_OPTIONS_INVALID', "'redact.key'. Did you mean 'keys'?"],
    [{ redact: { keys: 'iban' } }, 'VIGIL_OPTIONS_INVALID', 'redact.keys must be an array of names'],
    [{ redact: { replacement: 1 } }, 'VIGIL_OPTIONS_INVALID', 'redact.replacement must be a text'],
    [{ redact: { text: 'x' } }, 'VIGIL_OPTIONS_INVALID', "redact.text is 'x'; it must be a function."],
    [{ redact: true }, 'VIGIL_OPTIONS_INVALID', 'redact must be an object'],
    [{ redact: { keys: [''] } }, 'REDACT_INVALID', 'redact.keys: a name is empty'],
    [{ prefix: 'a b' }, 'VIGIL_OPTIONS_INVALID', "VigilModule: prefix 'a b' can not be used"],
    [{ lease: '10ms' }, 'VIGIL_OPTIONS_INVALID', 'VigilModule: lease is "10ms"; it must be at least 1000 ms.'],
    [{ shutdownGrace: 'long' }, 'DURATION_INVALID', "VigilModule: shutdownGrace: 'long' is not a duration"],
    [{ defaults: { maxRetries: -1 } }, 'VIGIL_OPTIONS_INVALID', 'VigilModule: defaults: maxRetries is -1'],
    [{ defaults: { queue: 'a' } }, 'VIGIL_OPTIONS_INVALID', "VigilModule: there is no option 'defaults.queue'"],
    [{ enhancers: { guard: true } }, 'VIGIL_OPTIONS_INVALID', "'enhancers.guard'. Did you mean 'guards'?"],
    [{ retention: { complete: '1d' } }, 'VIGIL_OPTIONS_INVALID', "'retention.complete'. Did you mean 'completed'?"],
    [{ maxPayloadBytes: 0 }, 'VIGIL_OPTIONS_INVALID', 'VigilModule: maxPayloadBytes is 0'],
    [{ autoStart: 'no' }, 'VIGIL_OPTIONS_INVALID', "VigilModule: autoStart is 'no'; it must be true or false."],
    [{ redis: '' }, 'VIGIL_OPTIONS_INVALID', "VigilModule: redis is ''. Give a URL such as redis://localhost:6379"],
    [{ reddis: 'x' }, 'VIGIL_OPTIONS_INVALID', "VigilModule: there is no option 'reddis'. Did you mean 'redis'?"],
  ])('%j', async (options, code, told) => {
    await expect(bootWith(options)).rejects.toMatchObject({ code, message: expect.stringContaining(told) });
  });

  it('that come from a factory, all the same', async () => {
    const imports = [VigilModule.forRootAsync({ useFactory: async () => ({ lease: 'x' as never }) })];
    await expect(boot({ imports })).rejects.toMatchObject({ code: 'DURATION_INVALID' });
  });

  it.each([undefined, null, 'redis://localhost'])('that a factory gives as %p', async (given) => {
    const imports = [VigilModule.forRootAsync({ useFactory: () => given as never })];
    await expect(boot({ imports })).rejects.toMatchObject({
      code: 'VIGIL_OPTIONS_INVALID',
      message: expect.stringContaining('VigilModule: the options must be an object.'),
    });
  });

  it('of which one belongs beside the factory', async () => {
    const imports = [VigilModule.forRootAsync({ useFactory: () => ({ prefix: 'shop', isGlobal: true }) })];
    await expect(boot({ imports })).rejects.toMatchObject({
      code: 'VIGIL_OPTIONS_INVALID',
      message: expect.stringContaining('Write it beside useFactory'),
    });
  });

  it('of a class that makes none', async () => {
    class Settings {}
    const imports = [VigilModule.forRootAsync({ useClass: Settings as never })];
    await expect(boot({ imports })).rejects.toMatchObject({
      code: 'VIGIL_OPTIONS_INVALID',
      message: expect.stringContaining('Settings has no method createVigilOptions()'),
    });
  });

  it.each([[{}], [{ useFactory: () => ({}), useExisting: 'X' }]])('made in no way, or in two: %p', (options) => {
    expect(() => VigilModule.forRootAsync(options)).toThrow(
      expect.objectContaining({
        code: 'VIGIL_OPTIONS_INVALID',
        message: expect.stringContaining('Give one of useFactory, useClass and useExisting.'),
      }),
    );
  });
});
