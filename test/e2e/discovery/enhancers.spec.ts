import {
  Catch,
  ForbiddenException,
  Injectable,
  UseFilters,
  UseGuards,
  UseInterceptors,
  UsePipes,
  type ArgumentsHost,
  type CallHandler,
  type ExecutionContext,
  type Provider,
} from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_INTERCEPTOR } from '@nestjs/core';
import { map, tap, type Observable } from 'rxjs';
import { DeadLetterService, Job, JobContext, type EnhancerOptions } from '../../../lib/index.js';
import { memoryApps } from '../../support/nest-apps.js';

const start = memoryApps();
const WAIT = { timeout: '5s' } as const;

/** What ran, in its order. */
@Injectable()
class Trace extends Array<string> {}

@Injectable()
abstract class Traced {
  constructor(readonly trace: Trace) {}

  intercept(_: ExecutionContext, next: CallHandler): Observable<unknown> {
    const { name } = this.constructor;
    this.trace.push(`${name} before`);
    return next.handle().pipe(tap(() => this.trace.push(`${name} after`)));
  }

  canActivate(): boolean {
    this.trace.push(this.constructor.name);
    return true;
  }

  transform(value: unknown): unknown {
    this.trace.push(this.constructor.name);
    return value;
  }
}

@Injectable()
class OfMethod extends Traced {}
@Injectable()
class OfClass extends Traced {}
@Injectable()
class Global extends Traced {}
@Injectable()
class GuardOfMethod extends Traced {}
@Injectable()
class GlobalGuard extends Traced {}
@Injectable()
class PipeOfMethod extends Traced {}

@Injectable()
class Refusal {
  canActivate(): boolean {
    return false;
  }
}

@Catch()
@Injectable()
class Swallow {
  catch(error: unknown, host: ArgumentsHost): string {
    return `${host.getType()}: ${(error as Error).message} swallowed`;
  }
}

@Injectable()
@UseInterceptors(OfClass)
class Work {
  constructor(private readonly trace: Trace) {}

  @Job({ keepResult: true })
  @UseInterceptors(OfMethod)
  @UseGuards(GuardOfMethod)
  async traced(): Promise<string> {
    this.trace.push('handler');
    return 'done';
  }

  @Job({ keepResult: true })
  @UseGuards(Refusal)
  async guarded(): Promise<string> {
    return 'done';
  }

  @Job({ keepResult: true, maxRetries: 0 })
  @UseFilters(Swallow)
  async filtered(): Promise<string> {
    throw new Error('lost');
  }
}

@Injectable()
class Plain {
  constructor(private readonly trace: Trace) {}

  @Job({ keepResult: true })
  async run(payload: { a: number }, ctx: JobContext): Promise<string> {
    this.trace.push('handler');
    return `${payload.a} ${ctx.attempt}`;
  }
}

const GLOBALS: Provider[] = [
  { provide: APP_INTERCEPTOR, useClass: Global },
  { provide: APP_GUARD, useClass: GlobalGuard },
  { provide: APP_FILTER, useClass: Swallow },
];

const startWith = (enhancers: EnhancerOptions = {}, more: Provider[] = []) =>
  start({ providers: [Trace, Work, Plain, ...GLOBALS, ...more] }, { enhancers });

describe('an interceptor', () => {
  it('on the handler or its class runs around every attempt, and no guard, filter or global one does', async () => {
    const { app, jobs } = await startWith();
    expect(await jobs.waitFor(await jobs.enqueue(Work, 'traced'), WAIT)).toBe('done');
    const around = ['OfClass before', 'OfMethod before', 'handler', 'OfMethod after', 'OfClass after'];
    expect([...app.get(Trace)]).toEqual(around);
    expect(await jobs.waitFor(await jobs.enqueue(Work, 'guarded'), WAIT)).toBe('done');
    await expect(jobs.waitFor(await jobs.enqueue(Work, 'filtered'), WAIT)).rejects.toMatchObject({
      code: 'JOB_DEAD',
      errorMessage: 'lost',
    });
  });

  it('sees the payload and the context, and may put another result in place', async () => {
    const seen: unknown[] = [];
    const look = {
      intercept: (context: ExecutionContext, next: CallHandler): Observable<unknown> => {
        seen.push(context.getType(), context.getClass().name, context.getHandler().name, ...context.getArgs());
        return next.handle().pipe(map((result) => `${String(result)} seen`));
      },
    };
    @Injectable()
    class Looked {
      @Job({ keepResult: true })
      @UseInterceptors(look)
      async run(payload: { a: number }): Promise<number> {
        return payload.a;
      }
    }
    const { jobs } = await start({ providers: [Looked] });
    expect(await jobs.waitFor(await jobs.enqueue(Looked, 'run', { a: 5 }), WAIT)).toBe('5 seen');
    expect(seen).toEqual(['job', 'Looked', 'run', { a: 5 }, expect.any(JobContext)]);
  });

  it.each<[string, Provider]>([
    ['useValue', { provide: 'WORK', useValue: new Plain(new Trace()) }],
    ['useFactory', { provide: 'WORK', inject: [Trace], useFactory: (trace: Trace) => new Plain(trace) }],
  ])('of a class provided by %s runs, too, with what it injects', async (_, provider) => {
    UseInterceptors(OfClass)(Plain);
    try {
      const { app, jobs } = await start({ providers: [Trace, provider] });
      expect(await jobs.waitFor(await jobs.enqueue(Plain, 'run', { a: 1 }), WAIT)).toBe('1 1');
      expect([...app.get(Trace)]).toEqual(expect.arrayContaining(['OfClass before', 'OfClass after']));
    } finally {
      Reflect.deleteMetadata('__interceptors__', Plain);
    }
  });

  it('that throws fails the attempt', async () => {
    @Injectable()
    class Failing {
      intercept(): never {
        throw new Error('no trace');
      }
    }
    @Injectable()
    class Victim {
      @Job({ maxRetries: 0 })
      @UseInterceptors(Failing)
      async run(): Promise<void> {}
    }
    const { jobs } = await start({ providers: [Victim] });
    await expect(jobs.waitFor(await jobs.enqueue(Victim, 'run'), WAIT)).rejects.toMatchObject({
      code: 'JOB_DEAD',
      errorMessage: 'no trace',
    });
  });
});

describe('by opting in', () => {
  it('global interceptors run, outermost', async () => {
    const { app, jobs } = await startWith({ global: true });
    await jobs.waitFor(await jobs.enqueue(Work, 'traced'), WAIT);
    expect([...app.get(Trace)].slice(0, 4)).toEqual(['Global before', 'OfClass before', 'OfMethod before', 'handler']);
    app.get(Trace).length = 0;
    await jobs.waitFor(await jobs.enqueue(Plain, 'run', { a: 1 }), WAIT);
    expect([...app.get(Trace)]).toEqual(['Global before', 'handler', 'Global after']);
  });

  it('guards run, and what they refuse is buried', async () => {
    const { app, jobs } = await startWith({ guards: true });
    await jobs.waitFor(await jobs.enqueue(Work, 'traced'), WAIT);
    expect(app.get(Trace)[0]).toBe('GuardOfMethod');
    expect([...app.get(Trace)]).not.toContain('GlobalGuard');
    const refused = await jobs.enqueue(Work, 'guarded');
    await expect(jobs.waitFor(refused, WAIT)).rejects.toMatchObject({ code: 'JOB_DEAD', reason: 'non_retryable' });
    expect(await app.get(DeadLetterService).get(refused.id)).toMatchObject({
      errorName: ForbiddenException.name,
      httpStatus: 403,
    });
  });

  it('filters run, and what they return counts as the result', async () => {
    const { jobs } = await startWith({ filters: true });
    expect(await jobs.waitFor(await jobs.enqueue(Work, 'filtered'), WAIT)).toBe('job: lost swallowed');
  });

  it('filters leave alone what they do not catch', async () => {
    @Catch(TypeError)
    class OfTypeErrors extends Swallow {}
    @Injectable()
    class Failing {
      @Job({ maxRetries: 0 })
      @UseFilters(OfTypeErrors)
      async run(): Promise<void> {
        throw new RangeError('too far');
      }
    }
    const { app, jobs } = await start({ providers: [Failing] }, { enhancers: { filters: true } });
    const { id } = await jobs.enqueue(Failing, 'run');
    await expect(jobs.waitFor(id, WAIT)).rejects.toMatchObject({ errorName: 'RangeError', errorMessage: 'too far' });
    expect((await app.get(DeadLetterService).get(id))?.history).toHaveLength(1);
  });

  it('global guards run where both are wanted', async () => {
    const { app, jobs } = await startWith({ global: true, guards: true });
    await jobs.waitFor(await jobs.enqueue(Plain, 'run', { a: 1 }), WAIT);
    expect([...app.get(Trace)]).toEqual(['GlobalGuard', 'Global before', 'handler', 'Global after']);
  });
});

describe('a pipe', () => {
  it('does not run: what a payload must be is for its schema to say', async () => {
    @Injectable()
    class Piped {
      @Job({ keepResult: true })
      @UsePipes(PipeOfMethod)
      async run(payload: { a: number }): Promise<number> {
        return payload.a;
      }
    }
    const { app, jobs } = await startWith({ global: true, guards: true, filters: true }, [Piped, PipeOfMethod]);
    expect(await jobs.waitFor(await jobs.enqueue(Piped, 'run', { a: 5 }), WAIT)).toBe(5);
    expect([...app.get(Trace)]).not.toContain('PipeOfMethod');
  });
});
