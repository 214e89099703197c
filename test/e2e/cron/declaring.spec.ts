import { Injectable, Module, Scope } from '@nestjs/common';
import { Cron as NestCron, ScheduleModule, SchedulerRegistry } from '@nestjs/schedule';
import { CronTime } from 'cron';
import { Cron, CronService, Job, LockProvider, type LockAnswer } from '../../../lib/index.js';
import { eventually } from '../../support/eventually.js';
import { memoryApps } from '../../support/nest-apps.js';

const start = memoryApps();
const EVERY_SECOND = '* * * * * *';

function entry(expression: string | Date, options?: object): new () => object {
  @Injectable()
  class Reports {
    @Cron(expression, options)
    async nightly(): Promise<void> {}
  }
  return Reports;
}

async function bootError(...providers: (new () => object)[]): Promise<{ code?: string; message: string }> {
  return start({ providers }).then(
    () => ({ message: 'it started' }),
    (error: unknown) => error as { code?: string; message: string },
  );
}

describe('@Cron at boot', () => {
  it.each<[string, string | Date, object, string, RegExp]>([
    ['an expression that can not be read', '61 * * * *', {}, 'CRON_EXPRESSION_INVALID', /minute is not within 0 to 59/],
    ['one of too few fields', '* * *', {}, 'CRON_EXPRESSION_INVALID', /3 fields/],
    ['a day that there never is', '0 0 31 2 *', {}, 'CRON_EXPRESSION_INVALID', /next ten years/],
    ['a date that is none', new Date(NaN), {}, 'CRON_OPTIONS_INVALID', /neither a text nor a Date/],
    ['an unknown zone', '0 3 * * *', { timeZone: 'Europe/Berlyn' }, 'CRON_ZONE_UNKNOWN', /Europe\/Berlyn.*IANA/],
    ['two zones', '0 3 * * *', { timeZone: 'UTC', utcOffset: 60 }, 'CRON_OPTIONS_INVALID', /timeZone and utcOffset/],
    [
      'two policies',
      '0 3 * * *',
      { waitForCompletion: true, overlap: 'skip' },
      'CRON_OPTIONS_INVALID',
      /waitForCompletion and overlap/,
    ],
    ['a misspelt option', '0 3 * * *', { timezone: 'UTC' }, 'CRON_OPTIONS_INVALID', /Did you mean 'timeZone'/],
    ['a lock that is none', '0 3 * * *', { lock: 'etcd' }, 'LOCK_INVALID', /lock is "etcd"/],
    ['an overlap that is none', '0 3 * * *', { overlap: 'queue' }, 'CRON_OPTIONS_INVALID', /skip, queue-one, allow/],
    ['a name with spaces', '0 3 * * *', { name: 'my reports' }, 'CRON_OPTIONS_INVALID', /letters, digits/],
    ['a catch-up of nothing', '0 3 * * *', { missed: { all: 0 } }, 'CRON_OPTIONS_INVALID', /missed\.all/],
  ])('refuses %s, with class, method and cure', async (_, expression, options, code, message) => {
    const error = await bootError(entry(expression, options));
    expect(error).toMatchObject({ code, message: expect.stringMatching(message) as string });
    expect(error.message).toContain('@Cron on Reports.nightly');
  });

  it('refuses two entries of one name, and one that is a job as well', async () => {
    const twice = await bootError(entry('0 3 * * *', { name: 'nightly' }), entry('0 4 * * *', { name: 'nightly' }));
    expect(twice).toMatchObject({ code: 'CRON_NAME_DUPLICATE' });
    @Injectable()
    class Both {
      @Job()
      @Cron('0 3 * * *')
      async run(): Promise<void> {}
    }
    expect(await bootError(Both)).toMatchObject({
      code: 'CRON_INVALID',
      message: expect.stringContaining('Both.run') as string,
    });
  });

  it('refuses a class as lock that nobody provides', async () => {
    class FleetLocks extends LockProvider {
      async acquire(): Promise<LockAnswer> {
        return { acquired: false, reason: 'held' };
      }
    }
    expect(await bootError(entry('0 3 * * *', { lock: FleetLocks }))).toMatchObject({ code: 'LOCK_PROVIDER_MISSING' });
  });

  it.each(['redis', 'postgres', 'memory', undefined, false])('takes lock: %s on the memory engine', async (lock) => {
    const { app } = await start({ providers: [entry('0 3 * * *', { lock })] });
    await eventually(async () => (await app.get(CronService).list()).length === 1);
  });

  it('says what was found and when it runs next', async () => {
    const { logger } = await start({ providers: [entry('0 3 1 1 *', { timeZone: 'UTC', name: 'yearly' })] });
    const line = logger.of('log').find((text) => text.includes('cron yearly'));
    expect(line).toMatch(
      /cron yearly \(Reports\.nightly\) on queue default: 0 3 1 1 \* \(UTC\), .*next \d{4}-01-01T03:00/,
    );
  });
});

describe('beside @nestjs/schedule', () => {
  @Injectable()
  class Mixed {
    ours = 0;
    theirs = 0;

    @Cron(EVERY_SECOND, { name: 'ours' })
    tick(): void {
      this.ours++;
    }

    @NestCron(EVERY_SECOND, { name: 'theirs' })
    nestTick(): void {
      this.theirs++;
    }
  }

  it.each([
    ['before it', [ScheduleModule.forRoot()], []],
    ['after it', [], [ScheduleModule.forRoot()]],
  ])('both fire once a slot and are seen in one registry, imported %s', async (_, before, after) => {
    @Module({ providers: [Mixed], exports: [Mixed] })
    class MixedModule {}
    const { app } = await start({ imports: [...before, MixedModule, ...after] });
    const mixed = app.get(Mixed);
    const registry = app.get(SchedulerRegistry);
    expect([...registry.getCronJobs().keys()].sort()).toEqual(['ours', 'theirs']);
    await eventually(() => mixed.ours >= 2 && mixed.theirs >= 2, { timeout: 8_000 });
    const slots = (await app.get(CronService).history('ours')).map(({ slot }) => slot);
    expect(new Set(slots).size).toBe(slots.length);
    expect(mixed.ours).toBeLessThanOrEqual(mixed.theirs + 1);
  });

  it('needs no ScheduleModule, and has a registry all the same', async () => {
    @Injectable()
    class Sleeper {
      runs = 0;
      constructor(readonly registry: SchedulerRegistry) {}

      @Cron(EVERY_SECOND, { name: 'asleep', disabled: true })
      wake(): void {
        this.runs++;
      }
    }
    const { app } = await start({ providers: [Mixed, Sleeper] });
    const { registry } = app.get(Sleeper);
    expect(app.get(SchedulerRegistry, { strict: false })).toBe(registry);
    expect([...registry.getCronJobs().keys()].sort()).toEqual(['asleep', 'ours']);
    registry.getCronJob('asleep').start();
    await eventually(() => app.get(Mixed).ours >= 1 && app.get(Sleeper).runs >= 1, { timeout: 8_000 });
    expect(app.get(Mixed).theirs).toBe(0);
  });

  it.each([true, false])(
    'whichever registry somebody is given has all entries, ScheduleModule first: %s',
    async (isFirst) => {
      @Injectable()
      class Adder {
        constructor(readonly registry: SchedulerRegistry) {
          registry.addTimeout('early', 0);
        }
      }
      @Module({ providers: [Adder], exports: [Adder] })
      class AdderModule {}
      const modules = [ScheduleModule.forRoot(), AdderModule];
      const { app } = await start({ imports: isFirst ? modules : modules.reverse(), providers: [Mixed] });
      for (const registry of [app.get(SchedulerRegistry), app.get(Adder).registry]) {
        expect([...registry.getCronJobs().keys()].sort()).toEqual(['ours', 'theirs']);
        expect(registry.getTimeouts()).toEqual(['early']);
      }
    },
  );

  it('refuses a name that an entry of its own decorator has, with both places and the cure', async () => {
    @Injectable()
    class Twice {
      @Cron('0 3 1 1 *', { name: 'nightly' })
      ours(): void {}

      @NestCron('0 3 1 1 *', { name: 'nightly' })
      theirs(): void {}
    }
    await expect(start({ imports: [ScheduleModule.forRoot()], providers: [Twice] })).rejects.toMatchObject({
      code: 'CRON_NAME_DUPLICATE',
      message: expect.stringMatching(
        /Twice\.ours: @Cron of @nestjs\/schedule on Twice\.theirs .*another name/,
      ) as string,
    });
    await start({ providers: [Twice] });
  });

  it('obeys stop, start, setTime and fireOnTick of the registry', async () => {
    @Injectable()
    class Reports {
      runs: string[] = [];

      @Cron('0 3 1 1 *', { name: 'yearly', disabled: true })
      yearly(run: { trigger: string }): void {
        this.runs.push(run.trigger);
      }
    }
    const { app } = await start({ imports: [ScheduleModule.forRoot()], providers: [Reports] });
    const job = app.get(SchedulerRegistry).getCronJob('yearly');
    const { runs } = app.get(Reports);
    expect(job.isActive).toBe(false);
    job.start();
    await eventually(async () => (await app.get(CronService).list()).length === 1);
    expect(job.isActive).toBe(true);
    await job.fireOnTick();
    await eventually(() => runs.length === 1);
    const never = Object.assign(new CronTime(EVERY_SECOND), { source: '0 0 31 2 *' });
    expect(() => job.setTime(never)).toThrow('next ten years');
    expect(job.cronTime.source).toBe('0 3 1 1 *');
    job.setTime(new CronTime(EVERY_SECOND));
    await eventually(() => runs.includes('schedule'), { timeout: 8_000 });
    expect(job.lastDate()).toBeInstanceOf(Date);
    void job.stop();
    expect(job.isActive).toBe(false);
    expect(runs[0]).toBe('manual');
  });
});

describe('a provider', () => {
  it('of any scope can have entries, and inherit them', async () => {
    const seen: string[] = [];
    class Base {
      @Cron(EVERY_SECOND)
      inherited(): void {
        seen.push(this.constructor.name);
      }
    }
    @Injectable({ scope: Scope.REQUEST })
    class PerRun extends Base {}
    @Injectable()
    class Single extends Base {}
    const { app } = await start({ providers: [PerRun, Single] });
    await eventually(() => seen.includes('PerRun') && seen.includes('Single'), { timeout: 8_000 });
    expect((await app.get(CronService).list()).map(({ name }) => name)).toEqual([
      'PerRun.inherited',
      'Single.inherited',
    ]);
  });
});
