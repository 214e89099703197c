import { Controller, Inject, Injectable, Scope, UseInterceptors, type Type } from '@nestjs/common';
import { REQUEST } from '@nestjs/core';
import { map, type Observable } from 'rxjs';
import { Job, JobContext, OnJobEvent } from '../../../lib/index.js';
import { memoryApps } from '../../support/nest-apps.js';

const start = memoryApps();
const WAIT = { timeout: '5s' } as const;
const AT_ONCE = { backoff: { type: 'fixed', delay: 0, jitter: 'none' } } as const;

let made = 0;
beforeEach(() => (made = 0));

/** Fails in the first attempt, and tells in the second which instance runs. */
abstract class Numbered {
  readonly instance = ++made;
  private uses = 0;

  @Job({ keepResult: true, maxRetries: 1, ...AT_ONCE })
  async run(_: void, ctx: JobContext): Promise<{ instance: number; uses: number; attempt: number }> {
    this.uses++;
    if (ctx.attempt === 1) throw new Error('again');
    return { instance: this.instance, uses: this.uses, attempt: ctx.attempt };
  }
}

@Injectable({ scope: Scope.REQUEST })
class RequestScoped extends Numbered {}
@Injectable({ scope: Scope.TRANSIENT })
class Transient extends Numbered {}
@Injectable({ scope: Scope.REQUEST })
class Dependency {}
@Injectable()
class RequestScopedBelow extends Numbered {
  constructor(readonly dependency: Dependency) {
    super();
  }
}
@Controller({ scope: Scope.REQUEST })
class RequestScopedController extends Numbered {}
@Injectable()
class Single extends Numbered {}

describe('each attempt gets', () => {
  it.each<[string, Type<Numbered>, 'providers' | 'controllers']>([
    ['a fresh instance of a request-scoped provider', RequestScoped, 'providers'],
    ['a fresh instance of a transient provider', Transient, 'providers'],
    ['a fresh instance of a provider that depends on a request-scoped one', RequestScopedBelow, 'providers'],
    ['a fresh instance of a request-scoped controller', RequestScopedController, 'controllers'],
  ])('%s', async (_, type, where) => {
    const { jobs } = await start(where === 'providers' ? { providers: [Dependency, type] } : { controllers: [type] });
    made = 0;
    expect(await jobs.waitFor(await jobs.enqueue(type, 'run'), WAIT)).toEqual({ instance: 2, uses: 1, attempt: 2 });
    expect(await jobs.waitFor(await jobs.enqueue(type, 'run'), WAIT)).toEqual({ instance: 4, uses: 1, attempt: 2 });
  });

  it('the one instance of a provider of the default scope', async () => {
    const { jobs } = await start({ providers: [Single] });
    expect(await jobs.waitFor(await jobs.enqueue(Single, 'run'), WAIT)).toEqual({ instance: 1, uses: 2, attempt: 2 });
  });

  it('a fresh instance of what a request-scoped factory makes', async () => {
    const { jobs } = await start({
      providers: [{ provide: Single, scope: Scope.REQUEST, useFactory: () => new Single() }],
    });
    expect(await jobs.waitFor(await jobs.enqueue(Single, 'run'), WAIT)).toEqual({ instance: 2, uses: 1, attempt: 2 });
  });

  it('the instance behind the alias of a request-scoped provider', async () => {
    abstract class Runner extends Numbered {}
    const { jobs } = await start({ providers: [RequestScoped, { provide: Runner, useExisting: RequestScoped }] });
    const receipt = await jobs.enqueue(Runner, 'run');
    expect(await jobs.waitFor(receipt, WAIT)).toEqual({ instance: 2, uses: 1, attempt: 2 });
  });
});

describe('a request-scoped provider', () => {
  it('is given the context of its job as REQUEST, and keeps apart what runs at the same time', async () => {
    let running = 0;
    let together: () => void;
    const bothRun = new Promise<void>((resolve) => (together = resolve));
    @Injectable({ scope: Scope.REQUEST })
    class Name {
      constructor(@Inject(REQUEST) readonly ctx: JobContext) {}
    }
    @Injectable({ scope: Scope.REQUEST })
    class Contextual {
      constructor(
        @Inject(REQUEST) private readonly ctx: JobContext,
        private readonly name: Name,
      ) {}

      @Job({ keepResult: true })
      async tell(text: string): Promise<string> {
        if (++running === 2) together();
        await bothRun;
        return `${text} ${this.ctx.id} ${this.name.ctx.id}`;
      }
    }
    const { jobs } = await start({ providers: [Contextual, Name] });
    const receipts = await jobs.enqueueMany(Contextual, 'tell', ['a', 'b']);
    expect(await Promise.all(receipts.map((receipt) => jobs.waitFor(receipt, WAIT)))).toEqual(
      receipts.map(({ id }, i) => `${['a', 'b'][i]} ${id} ${id}`),
    );
  });

  it('has its own interceptors, with its own context', async () => {
    @Injectable({ scope: Scope.REQUEST })
    class Sign {
      constructor(@Inject(REQUEST) private readonly ctx: JobContext) {}

      intercept(_: unknown, next: { handle(): Observable<string> }): Observable<string> {
        return next.handle().pipe(map((text) => `${text}, signed ${this.ctx.id}`));
      }
    }
    @Injectable({ scope: Scope.REQUEST })
    class Letters {
      @Job({ keepResult: true })
      @UseInterceptors(Sign)
      async write(to: string): Promise<string> {
        return `Dear ${to}`;
      }
    }
    const { jobs } = await start({ providers: [Letters] });
    const receipts = await jobs.enqueueMany(Letters, 'write', ['Ada', 'Bob']);
    const results = await Promise.all(receipts.map((receipt) => jobs.waitFor(receipt, WAIT)));
    expect(results).toEqual([`Dear Ada, signed ${receipts[0].id}`, `Dear Bob, signed ${receipts[1].id}`]);
  });

  it('that can not be made fails the attempt with the reason', async () => {
    @Injectable({ scope: Scope.REQUEST })
    class Broken {
      constructor() {
        throw new Error('no connection');
      }

      @Job({ maxRetries: 0 })
      async run(): Promise<void> {}
    }
    const { jobs } = await start({ providers: [Broken] });
    const receipt = await jobs.enqueue(Broken, 'run');
    await expect(jobs.waitFor(receipt, WAIT)).rejects.toMatchObject({
      code: 'JOB_DEAD',
      reason: 'exhausted',
      errorMessage: 'no connection',
    });
  });

  it('has no listeners, and boot says so', async () => {
    @Injectable({ scope: Scope.REQUEST })
    class Pager {
      @OnJobEvent('job.completed')
      completed(): void {}
    }
    const { logger } = await start({ providers: [Pager] });
    expect(logger.of('warn')).toContain(
      'Pager is request-scoped or transient, so its @OnJobEvent methods (completed) are never called. Move them to a provider of the default scope.',
    );
  });
});
