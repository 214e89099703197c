import { Injectable, SetMetadata, UseInterceptors, type CallHandler, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { map, type Observable } from 'rxjs';
import { Job } from '../../../lib/index.js';
import { memoryApps } from '../../support/nest-apps.js';

const start = memoryApps();

const Label = (label: string): MethodDecorator => SetMetadata('label', label);

/** As tracing and caching decorators do: another function in the method's place, without its metadata. */
const Shouted: MethodDecorator = (_target, _method, descriptor) => {
  const original = descriptor.value as unknown as (...args: unknown[]) => Promise<string>;
  async function shout(this: unknown, ...args: unknown[]): Promise<string> {
    return (await original.apply(this, args)).toUpperCase();
  }
  return { ...descriptor, value: shout } as never;
};

/** The same, mindful of the metadata that is there already. */
const Doubled: MethodDecorator = (_target, _method, descriptor) => {
  const original = descriptor.value as unknown as (...args: unknown[]) => Promise<string>;
  async function double(this: unknown, ...args: unknown[]): Promise<string> {
    return (await original.apply(this, args)).repeat(2);
  }
  for (const key of Reflect.getMetadataKeys(original)) {
    Reflect.defineMetadata(key, Reflect.getMetadata(key, original), double);
  }
  descriptor.value = double as never;
};

@Injectable()
class Framed {
  constructor(private readonly reflector: Reflector) {}

  intercept(context: ExecutionContext, next: CallHandler<string>): Observable<string> {
    const label = this.reflector.get<string>('label', context.getHandler()) ?? 'none';
    return next.handle().pipe(map((text) => `[${label}: ${text}]`));
  }
}

@Injectable()
class Words {
  private readonly suffix = '!';

  @Job({ keepResult: true })
  @Label('below')
  async jobAboveMetadata(word: string): Promise<string> {
    return word + this.suffix;
  }

  @Label('above')
  @Job({ keepResult: true })
  @UseInterceptors(Framed)
  async jobBetween(word: string): Promise<string> {
    return word + this.suffix;
  }

  @UseInterceptors(Framed)
  @Label('interceptor above')
  @Job({ keepResult: true })
  async jobBelow(word: string): Promise<string> {
    return word + this.suffix;
  }

  @Job({ keepResult: true })
  @Shouted
  async jobAboveWrapper(word: string): Promise<string> {
    return word + this.suffix;
  }

  @Shouted
  @Job({ keepResult: true })
  async jobBelowWrapper(word: string): Promise<string> {
    return word + this.suffix;
  }

  @Doubled
  @Job({ keepResult: true })
  @Shouted
  async jobBetweenWrappers(word: string): Promise<string> {
    return word + this.suffix;
  }

  @Doubled
  @UseInterceptors(Framed)
  @Job({ keepResult: true })
  async interceptorBelowWrapper(word: string): Promise<string> {
    return word + this.suffix;
  }
}

describe('@Job stands', () => {
  it.each([
    ['above metadata', 'jobAboveMetadata', 'a!'],
    ['between metadata and interceptors', 'jobBetween', '[above: a!]'],
    ['below interceptors and metadata', 'jobBelow', '[interceptor above: a!]'],
    ['above a decorator that puts another function in place', 'jobAboveWrapper', 'A!'],
    ['below such a decorator', 'jobBelowWrapper', 'A!'],
    ['between two of them', 'jobBetweenWrappers', 'A!A!'],
    ['below interceptors that a mindful wrapper took along', 'interceptorBelowWrapper', '[none: a!a!]'],
  ] as const)('%s', async (_, method, result) => {
    const { jobs } = await start({ providers: [Words] });
    const receipt = await jobs.enqueue(Words, method, 'a');
    expect(await jobs.waitFor(receipt, { timeout: '5s' })).toBe(result);
  });

  it('on a method that a test spies on', async () => {
    const { app, jobs } = await start({ providers: [Words] });
    jest.spyOn(app.get(Words), 'jobAboveMetadata').mockResolvedValue('spied');
    const receipt = await jobs.enqueue(Words, 'jobAboveMetadata', 'a');
    expect(await jobs.waitFor(receipt, { timeout: '5s' })).toBe('spied');
  });
});
