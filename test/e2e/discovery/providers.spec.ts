import { Controller, Injectable, Module, type Provider } from '@nestjs/common';
import { LazyModuleLoader } from '@nestjs/core';
import { Job, JobClient } from '../../../lib/index.js';
import { memoryApps } from '../../support/nest-apps.js';

const start = memoryApps();
const WAIT = { timeout: '5s' } as const;

@Injectable()
class MailService {
  constructor(private readonly sender: string = 'nobody') {}

  @Job({ keepResult: true })
  async send(to: string): Promise<string> {
    return `${this.sender} to ${to}`;
  }
}

class SmtpMailService extends MailService {
  @Job({ keepResult: true })
  async bounce(): Promise<string> {
    return 'bounced';
  }
}

const registered = (lines: string[]): string[] =>
  lines.flatMap((line) => /^job (\S+)(?: \(\S+\))? on queue/.exec(line)?.[1] ?? []);

describe('a job is found on', () => {
  it.each<[string, Provider[]]>([
    ['a class', [{ provide: String, useValue: 'Ada' }, MailService]],
    [
      'useClass',
      [
        { provide: String, useValue: 'Ada' },
        { provide: 'MAIL', useClass: MailService },
      ],
    ],
    ['useValue', [{ provide: 'MAIL', useValue: new MailService('Ada') }]],
    ['useFactory', [{ provide: 'MAIL', useFactory: () => new MailService('Ada') }]],
    [
      'a factory that takes its time',
      [
        { provide: 'NAME', useValue: 'Ada' },
        { provide: MailService, inject: ['NAME'], useFactory: async (name: string) => new MailService(name) },
      ],
    ],
  ])('%s', async (_, providers) => {
    const { jobs, logger } = await start({ providers });
    expect(registered(logger.of('log'))).toEqual(['MailService.send']);
    expect(await jobs.waitFor(await jobs.enqueue(MailService, 'send', 'Bob'), WAIT)).toBe('Ada to Bob');
  });

  it('a provider with aliases, once', async () => {
    const { jobs, logger } = await start({
      providers: [
        { provide: MailService, useFactory: () => new MailService('Ada') },
        { provide: 'MAIL', useExisting: MailService },
        { provide: 'POST', useExisting: 'MAIL' },
        { provide: 'SAME', inject: [MailService], useFactory: (mail: MailService) => mail },
      ],
    });
    expect(registered(logger.of('log'))).toEqual(['MailService.send']);
    expect(await jobs.waitFor(await jobs.enqueue(MailService, 'send', 'Bob'), WAIT)).toBe('Ada to Bob');
  });

  it.each<[string, Provider[]]>([
    ['useClass', [{ provide: MailService, useClass: SmtpMailService }]],
    ['useFactory', [{ provide: MailService, useFactory: () => new SmtpMailService() }]],
    ['useExisting', [SmtpMailService, { provide: MailService, useExisting: SmtpMailService }]],
    [
      'useExisting twice over',
      [
        { provide: MailService, useExisting: 'MAIL' },
        { provide: 'MAIL', useExisting: SmtpMailService },
        SmtpMailService,
      ],
    ],
  ])('the class that stands in for another by %s, whichever of both is named', async (_, providers) => {
    const { jobs, logger } = await start({ providers: [...providers, { provide: String, useValue: 'nobody' }] });
    expect(registered(logger.of('log'))).toEqual(['SmtpMailService.bounce', 'SmtpMailService.send']);
    for (const named of [MailService, SmtpMailService]) {
      const receipt = await jobs.enqueue(named, 'send', 'Bob');
      expect(await jobs.get(receipt.id)).toMatchObject({ name: 'SmtpMailService.send' });
      expect(await jobs.waitFor(receipt, WAIT)).toBe('nobody to Bob');
    }
  });

  it('a controller', async () => {
    @Controller('mail')
    class MailController {
      @Job({ keepResult: true })
      async send(to: string): Promise<string> {
        return `to ${to}`;
      }
    }
    const { jobs } = await start({ controllers: [MailController] });
    expect(await jobs.waitFor(await jobs.enqueue(MailController, 'send', 'Bob'), WAIT)).toBe('to Bob');
  });

  it('a provider of a module far below, that exports and imports nothing', async () => {
    @Module({ providers: [{ provide: MailService, useFactory: () => new MailService('deep') }] })
    class DeepModule {}
    @Module({ imports: [DeepModule] })
    class FeatureModule {}
    const { jobs } = await start({ imports: [FeatureModule] });
    expect(await jobs.waitFor(await jobs.enqueue(MailService, 'send', 'Bob'), WAIT)).toBe('deep to Bob');
  });

  it('a provider of a global module, which others use as well, once', async () => {
    @Module({
      providers: [{ provide: MailService, useFactory: () => new MailService('global') }],
      exports: [MailService],
    })
    class MailModule {}
    @Injectable()
    class Welcome {
      constructor(
        readonly mail: MailService,
        readonly jobs: JobClient,
      ) {}
    }
    @Module({ providers: [Welcome] })
    class WelcomeModule {}
    const { app, logger } = await start({ imports: [WelcomeModule, { module: MailModule, global: true }] });
    const { jobs, mail } = app.get(Welcome, { strict: false });
    expect(registered(logger.of('log'))).toEqual(['MailService.send']);
    expect(await jobs.waitFor(await jobs.enqueue(MailService, 'send', 'Bob'), WAIT)).toBe('global to Bob');
    // Called directly it is just a method.
    await expect(mail.send('Eve')).resolves.toBe('global to Eve');
  });
});

describe('inheritance', () => {
  abstract class Importer {
    abstract readonly source: string;

    @Job({ keepResult: true })
    async run(): Promise<string> {
      return `from ${this.source}`;
    }
  }
  @Injectable()
  class CsvImporter extends Importer {
    readonly source = 'csv';
  }
  @Injectable()
  class XmlImporter extends Importer {
    readonly source = 'xml';
  }
  @Injectable()
  class SilentImporter extends CsvImporter {
    override async run(): Promise<string> {
      return 'silent';
    }
  }
  @Injectable()
  class LoudImporter extends CsvImporter {
    @Job({ keepResult: true, queue: 'loud' })
    override async run(): Promise<string> {
      return `LOUD ${await super.run()}`;
    }
  }

  it('gives every concrete class a job of its own', async () => {
    const { jobs, logger } = await start({ providers: [CsvImporter, XmlImporter, LoudImporter] });
    expect(registered(logger.of('log'))).toEqual(['CsvImporter.run', 'XmlImporter.run', 'LoudImporter.run']);
    expect(await jobs.waitFor(await jobs.enqueue(CsvImporter, 'run'), WAIT)).toBe('from csv');
    expect(await jobs.waitFor(await jobs.enqueue(XmlImporter, 'run'), WAIT)).toBe('from xml');
    const loud = await jobs.enqueue(LoudImporter, 'run');
    expect(loud.id).toMatch(/^loud~LoudImporter\.run~/);
    expect(await jobs.waitFor(loud, WAIT)).toBe('LOUD from csv');
    expect(logger.of('warn').filter((line) => line.includes('@Job'))).toEqual([]);
  });

  it('without @Job on an override is warned of, is no job, and can not be enqueued', async () => {
    const { jobs, logger } = await start({ providers: [SilentImporter] });
    expect(registered(logger.of('log'))).toEqual([]);
    expect(logger.of('warn')).toContain(
      'SilentImporter.run overrides the job Importer.run without @Job, so it is no job. Put @Job on it as well, or give it another name.',
    );
    await expect(jobs.enqueue(SilentImporter, 'run')).rejects.toMatchObject({
      code: 'NOT_A_JOB',
      message:
        'SilentImporter.run is not a job. SilentImporter overrides it without @Job; put @Job on the override as well.',
    });
  });
});

describe('a module that is loaded later', () => {
  @Injectable()
  class LateService {
    constructor(readonly jobs: JobClient) {}

    @Job({ keepResult: true })
    async late(): Promise<string> {
      return 'late';
    }
  }
  @Module({ providers: [LateService, { provide: MailService, useValue: new MailService() }] })
  class LateModule {}

  it('can enqueue for jobs that were found at the start', async () => {
    @Module({ providers: [{ provide: MailService, useFactory: () => new MailService('early') }] })
    class EarlyModule {}
    @Injectable()
    class LateProducer {
      constructor(readonly jobs: JobClient) {}
    }
    @Module({ providers: [LateProducer] })
    class LateProducerModule {}
    const { app } = await start({ imports: [EarlyModule] });
    const module = await app.get(LazyModuleLoader).load(() => LateProducerModule);
    const { jobs } = module.get(LateProducer);
    expect(await jobs.waitFor(await jobs.enqueue(MailService, 'send', 'Bob'), WAIT)).toBe('early to Bob');
  });

  it('has no jobs of its own: discovery is over when the application has started', async () => {
    const { app, jobs } = await start({});
    await app.get(LazyModuleLoader).load(() => LateModule);
    const receipt = await jobs.enqueue(LateService, 'late');
    await expect(jobs.waitFor(receipt, { timeout: 200 })).rejects.toMatchObject({ code: 'WAIT_TIMEOUT' });
    expect(await jobs.get(receipt.id)).toMatchObject({ state: 'waiting', attempt: 0 });
  });
});
