import 'reflect-metadata';
import { InjectJobs, isThunk, jobsToken, requestedJobs } from '../../../lib/decorators/inject-jobs.decorator.js';
import { eventListeners, OnJobEvent } from '../../../lib/decorators/on-job-event.decorator.js';

class Billing {}
class Receipts {}

const tokensOf = (type: object): { index: number; param: unknown }[] =>
  Reflect.getMetadata('self:paramtypes', type) as { index: number; param: unknown }[];

describe('@InjectJobs', () => {
  it('asks for one token for each class, however often it is used', () => {
    class First {
      constructor(@InjectJobs(Billing) readonly billing: object) {}
    }
    class Second {
      constructor(
        readonly other: string,
        @InjectJobs(Receipts) readonly receipts: object,
        @InjectJobs(Billing) readonly billing: object,
      ) {}
    }
    expect(tokensOf(First)).toEqual([{ index: 0, param: jobsToken(Billing) }]);
    expect(tokensOf(Second)).toEqual(
      expect.arrayContaining([
        { index: 1, param: jobsToken(Receipts) },
        { index: 2, param: jobsToken(Billing) },
      ]),
    );
    expect(requestedJobs().get(jobsToken(Billing))).toBe(Billing);
  });

  it('looks behind a function only later', () => {
    const target = jest.fn(() => Receipts);
    const thunk = (): typeof Receipts => target();
    class Later {
      constructor(@InjectJobs(thunk) readonly receipts: object) {}
    }
    expect(target).not.toHaveBeenCalled();
    expect(requestedJobs().get(tokensOf(Later)[0]?.param as symbol)).toBe(thunk);
    expect([isThunk(thunk), isThunk(Receipts)]).toEqual([true, false]);
  });

  it('injects into properties as well', () => {
    class WithProperty {
      @InjectJobs(Billing)
      readonly billing!: object;
    }
    expect(Reflect.getMetadata('self:properties_metadata', WithProperty)).toEqual([
      { key: 'billing', type: jobsToken(Billing) },
    ]);
  });

  it('refuses a class that is not there yet, and names the cure', () => {
    expect(() => {
      class Circular {
        constructor(@InjectJobs(undefined as never) readonly billing: object) {}
      }
      return Circular;
    }).toThrow(
      expect.objectContaining({
        code: 'JOBS_TARGET_INVALID',
        message: expect.stringMatching(/in Circular: .*@InjectJobs\(\(\) => TheClass\)/),
      }),
    );
  });

  it('shares what was asked for with another copy of the package', async () => {
    await jest.isolateModulesAsync(async () => {
      const copy = await import('../../../lib/decorators/inject-jobs.decorator.js');
      expect(copy.jobsToken).not.toBe(jobsToken);
      expect(copy.jobsToken(Billing)).toBe(jobsToken(Billing));
    });
  });
});

describe('@OnJobEvent', () => {
  it('is found on the class and what it inherits', () => {
    class Base {
      @OnJobEvent('job.buried')
      buried(): void {}
    }
    class Pager extends Base {
      @OnJobEvent('job.completed', 'job.retried')
      any(): void {}
    }
    expect(eventListeners(Pager)).toEqual([
      { method: 'any', types: ['job.completed', 'job.retried'] },
      { method: 'buried', types: ['job.buried'] },
    ]);
    expect(eventListeners(Base)).toHaveLength(1);
    expect(eventListeners(class {})).toEqual([]);
  });

  it('refuses a static method', () => {
    expect(() => OnJobEvent('job.buried')(Billing, 'x', {})).toThrow(
      expect.objectContaining({ code: 'LISTENER_INVALID' }),
    );
  });
});
