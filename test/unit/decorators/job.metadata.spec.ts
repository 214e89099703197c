import 'reflect-metadata';
import { UseInterceptors, type NestInterceptor } from '@nestjs/common';
import { defineJob } from '../../../lib/core/define-job.js';
import { JobContext } from '../../../lib/core/job-context.js';
import { contractOf, jobsOfClass } from '../../../lib/decorators/declared-contract.js';
import { Job } from '../../../lib/decorators/job.decorator.js';

/** As tracing and caching decorators do: another function in the method's place, without its metadata. */
const Wrapped: MethodDecorator = (_target, _key, descriptor) => {
  const original = descriptor.value as unknown as (...args: unknown[]) => unknown;
  const wrapper = function (this: unknown, ...args: unknown[]): unknown {
    return original.apply(this, args);
  };
  return { ...descriptor, value: wrapper } as never;
};

class Base {
  @Job({ maxRetries: 1 })
  async charge(_order: { orderId: string }): Promise<string> {
    return 'base';
  }
  @Job()
  async refund(): Promise<void> {}
  plain(): number {
    return 1;
  }
}

const namesOf = (type: new () => object) => jobsOfClass(type).map(({ place }) => place);

describe('the metadata of a job', () => {
  it('is found by method, and nothing else is', () => {
    expect(namesOf(Base)).toEqual(['Base.charge', 'Base.refund']);
    expect(namesOf(class {})).toEqual([]);
    expect(namesOf(Object as never)).toEqual([]);
  });

  it('leaves the method what it is', async () => {
    await expect(new Base().charge({ orderId: 'a' })).resolves.toBe('base');
    expect(Object.keys(Base.prototype)).toEqual([]);
  });

  it('survives other decorators, above and below', () => {
    class Decorated {
      @Job({ queue: 'a' })
      @Wrapped
      async above(): Promise<void> {}
      @Wrapped
      @Job({ queue: 'b' })
      async below(): Promise<void> {}
      @UseInterceptors({ intercept: (_, next) => next.handle() } satisfies NestInterceptor)
      @Job({ queue: 'c' })
      @Wrapped
      async between(): Promise<void> {}
    }
    expect(jobsOfClass(Decorated).map((job) => contractOf(job).queue)).toEqual(['a', 'b', 'c']);
  });

  it('is inherited under the name of the concrete class', () => {
    class Concrete extends Base {}
    expect(namesOf(Concrete)).toEqual(['Concrete.charge', 'Concrete.refund']);
    expect(namesOf(Base)).toEqual(['Base.charge', 'Base.refund']);
  });

  it("of an override that is decorated again is the override's own", () => {
    class Stricter extends Base {
      @Job({ maxRetries: 9 })
      override async charge(): Promise<string> {
        return 'stricter';
      }
    }
    const [charge] = jobsOfClass(Stricter);
    expect(charge).toMatchObject({ place: 'Stricter.charge', declaredOn: 'Stricter', options: { maxRetries: 9 } });
    expect(charge).not.toHaveProperty('overriddenBy');
    expect(jobsOfClass(Base)[0]).toMatchObject({ options: { maxRetries: 1 } });
  });

  it('tells which class overrides a job without decorating it', () => {
    class Silent extends Base {
      override async charge(): Promise<string> {
        return 'silent';
      }
    }
    class Below extends Silent {}
    expect(jobsOfClass(Below).find(({ method }) => method === 'charge')).toMatchObject({
      declaredOn: 'Base',
      overriddenBy: 'Silent',
    });
  });

  it('is the same in another copy of the package', async () => {
    await jest.isolateModulesAsync(async () => {
      const copy = await import('../../../lib/decorators/declared-contract.js');
      expect(copy.jobsOfClass).not.toBe(jobsOfClass);
      expect(copy.jobsOfClass(Base).map(({ place }) => place)).toEqual(['Base.charge', 'Base.refund']);
    });
  });

  it('of a contract is the contract', () => {
    const chargeJob = defineJob<{ orderId: string }>('billing.charge', {
      queue: 'billing',
      version: 3,
      idempotencyKey: 'orderId',
    });
    class Billing {
      @Job(chargeJob, { maxRetries: 2 })
      async charge(): Promise<void> {}
    }
    const [job] = jobsOfClass(Billing);
    expect(job).toMatchObject({ contract: chargeJob, options: { maxRetries: 2 } });
    expect(contractOf(job as never)).toMatchObject({
      name: 'billing.charge',
      queue: 'billing',
      version: 3,
      idempotencyKey: 'orderId',
    });
  });
});

describe('a declaration that can not be', () => {
  const declare = (apply: () => unknown, told: string) =>
    expect(apply).toThrow(expect.objectContaining({ code: 'JOB_INVALID', message: expect.stringContaining(told) }));
  const on = (prototype: object, method: string | symbol) => Job()(prototype, method, { value: async () => undefined });

  it('stands on a static method', () =>
    declare(() => on(Base, 'charge'), '@Job on the static method Base.charge: jobs run on instances'));

  it('stands on a method named by a symbol', () => declare(() => on(Base.prototype, Symbol('x')), 'named by a symbol'));

  it('stands twice', () => declare(() => on(Base.prototype, 'charge'), '@Job stands twice on Base.charge'));

  it.each(['onModuleInit', 'onApplicationShutdown', 'then', 'toJSON'])(
    'stands on %s, which others call by themselves',
    (method) => {
      declare(() => on(class Any {}.prototype, method), `call ${method} by themselves`);
    },
  );

  it('takes the context first', () => {
    declare(() => {
      class Wrong {
        @Job()
        async run(_ctx: JobContext): Promise<void> {}
      }
      return Wrong;
    }, '@Job on Wrong.run: the payload comes first in a handler. Write run(_: void, ctx: JobContext)');
  });

  it.each<[object, string]>([
    [{ maxRetry: 3 }, "@Job on Base.charge: there is no option 'maxRetry'. Did you mean 'maxRetries'?"],
    [{ name: 'a b' }, "@Job on Base.charge: the name 'a b' can not be used"],
  ])('says %j', (options, told) => {
    const job = { method: 'charge', declaredOn: 'Base', place: 'Base.charge', options };
    expect(() => contractOf(job)).toThrow(
      expect.objectContaining({ code: 'JOB_OPTIONS_INVALID', message: expect.stringContaining(told) }),
    );
  });
});
