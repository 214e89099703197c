import { normaliseContract } from '../../../lib/core/contract-options.js';
import { defineJob } from '../../../lib/core/define-job.js';
import type { JobPolicyOptions } from '../../../lib/core/job-policy.js';
import { OptionChecks } from '../../../lib/core/option-checks.js';
import { normaliseOverrides, normalisePolicy } from '../../../lib/core/policy-options.js';
import { describeRetryBudget } from '../../../lib/core/retry-budget.js';

const checks = new OptionChecks('@Job on BillingService.charge', 'JOB_OPTIONS_INVALID');
const policy = (options: object, defaults: JobPolicyOptions = {}) => normalisePolicy(options, defaults, checks);
const contract = (options: object, name = 'billing.charge') => normaliseContract(name, options, checks);
const refusal = (told: string) =>
  expect.objectContaining({
    code: 'JOB_OPTIONS_INVALID',
    message: expect.stringContaining(`@Job on BillingService.charge: ${told}`),
  });

describe('a policy', () => {
  it('has defaults for everything', () => {
    expect(policy({})).toEqual({
      maxRetries: 8,
      backoff: { type: 'exponential', delayMs: 5_000, maxDelayMs: 900_000, jitter: 'equal' },
      timeoutMs: 60_000,
      retryOn: [],
      noRetryOn: [],
      idempotencyWindowMs: 86_400_000,
      keepResult: false,
      maxStalls: 2,
      severity: 'error',
    });
  });

  it('takes what it does not say from the defaults of the module, and undefined says nothing', () => {
    expect(
      policy({ timeout: '2s', maxRetries: undefined }, { maxRetries: 1, timeout: '9s', owner: 'platform' }),
    ).toMatchObject({ maxRetries: 1, timeoutMs: 2_000, owner: 'platform' });
  });

  it('takes everything that can be said', () => {
    const backoff = () => 5;
    const classify = () => 'retry' as const;
    expect(
      policy({
        ...{
          maxRetries: 0,
          backoff,
          timeout: 250,
          retryOn: [TypeError],
          noRetryOn: [() => true],
          classify,
          maxStalls: 0,
          severity: 'critical',
        },
        ...{
          concurrency: { process: 2, global: 9 },
          rateLimit: { max: 5, per: '1s' },
          idempotencyWindow: 0,
          keepResult: true,
          owner: 'a',
          runbook: 'b',
        },
      }),
    ).toMatchObject({
      ...{
        maxRetries: 0,
        backoff: { type: 'custom', delayOf: backoff },
        timeoutMs: 250,
        retryOn: [TypeError],
        classify,
        maxStalls: 0,
        severity: 'critical',
      },
      ...{
        processConcurrency: 2,
        globalConcurrency: 9,
        rateLimit: { max: 5, perMs: 1_000 },
        idempotencyWindowMs: 0,
        keepResult: true,
        owner: 'a',
        runbook: 'b',
      },
    });
  });

  it('lets a long first delay raise the cap that was not given', () => {
    expect(policy({ backoff: { delay: '1h' } }).backoff).toMatchObject({ delayMs: 3_600_000, maxDelayMs: 3_600_000 });
  });

  it.each<[object, string]>([
    [{ maxRetries: -1 }, 'maxRetries is -1; it must be a whole number from 0 to 1000'],
    [{ maxRetries: 2.5 }, 'maxRetries is 2.5'],
    [{ maxRetries: '3' }, "maxRetries is '3'"],
    [{ maxRetries: Infinity }, 'maxRetries is Infinity'],
    [{ timeout: 0 }, 'timeout is 0; it must be at least 1 ms'],
    [
      { backoff: { delay: '10s', maxDelay: '1s' } },
      'backoff.maxDelay (1000 ms) is shorter than backoff.delay (10000 ms)',
    ],
    [{ backoff: { kind: 'fixed' } }, "there is no option 'backoff.kind'. Known are: type, delay, maxDelay, jitter"],
    [{ backoff: { jitter: 'some' } }, "backoff.jitter is 'some'; it must be one of none, full, equal"],
    [{ backoff: 5 }, 'backoff must be an object'],
    [{ retryOn: TypeError }, 'retryOn must be an array'],
    [{ noRetryOn: ['TypeError'] }, "noRetryOn[0] is 'TypeError'; it must be a function"],
    [{ classify: 'bury' }, "classify is 'bury'; it must be a function"],
    [{ concurrency: { globl: 1 } }, "there is no option 'concurrency.globl'. Did you mean 'global'?"],
    [{ concurrency: { process: 0 } }, 'concurrency.process is 0'],
    [{ rateLimit: { max: 20_000, per: '1s' } }, 'rateLimit.max is 20000; it must be a whole number from 1 to 10000'],
    [{ keepResult: 'yes' }, "keepResult is 'yes'; it must be true or false"],
    [{ owner: '' }, "owner is ''; it must be a text that is not empty"],
    [{ severity: 'loud' }, "severity is 'loud'"],
  ])('%j is refused', (options, told) => expect(() => policy(options)).toThrow(refusal(told)));

  it.each(['soon', '5 minutes', '-1s', Number.NaN])(
    'timeout %p is refused as no duration, with its place',
    (timeout) => {
      expect(() => policy({ timeout })).toThrow(
        expect.objectContaining({
          code: 'DURATION_INVALID',
          message: expect.stringContaining('@Job on BillingService.charge: timeout'),
        }),
      );
    },
  );
});

describe('overrides of one enqueue', () => {
  it('are absent when nothing is overridden', () => expect(normaliseOverrides({}, checks)).toBeUndefined());

  it('are kept in milliseconds', () => {
    expect(
      normaliseOverrides(
        { maxRetries: 0, timeout: '2m', backoff: { type: 'fixed', delay: '1s', jitter: 'none' } },
        checks,
      ),
    ).toEqual({
      maxRetries: 0,
      timeoutMs: 120_000,
      backoff: { type: 'fixed', delayMs: 1_000, maxDelayMs: 900_000, jitter: 'none' },
    });
  });

  it('can not be a function', () => {
    expect(() => normaliseOverrides({ backoff: (() => 1) as never }, checks)).toThrow(
      refusal('backoff is a function, which can not travel with a job'),
    );
  });
});

describe('a contract', () => {
  it('has defaults for everything but its name', () => {
    expect(contract({})).toEqual({ name: 'billing.charge', queue: 'default', version: 1, level: 1 });
  });

  it.each(['a', 'billing.charge', 'Billing-Service:charge_2', 'x'.repeat(128)])('may be named %s', (name) =>
    expect(contract({}, name).name).toBe(name),
  );

  it.each(['', '.charge', 'a b', 'a{b}', 'a~b', 'ä', 'x'.repeat(129)])('may not be named %p', (name) => {
    expect(() => contract({}, name)).toThrow(refusal(`the name '${name.slice(0, 80)}' can not be used. Use 1 to 128`));
  });

  it.each<[object, string]>([
    [{ queue: 'a/b' }, "queue 'a/b' can not be used"],
    [{ version: 0 }, 'version is 0'],
    [{ priority: 'urgent' }, "priority is 'urgent'; it must be one of high, normal, low, bulk"],
    [{ idempotencyKey: '' }, "idempotencyKey '' can not be used"],
    [{ idempotencyKey: 'a..b' }, "idempotencyKey 'a..b'"],
    [{ schema: {} }, 'schema is neither a Standard Schema'],
    [{ schema: () => true }, 'schema is neither a Standard Schema'],
    [{ schema: null }, 'schema is neither a Standard Schema'],
  ])('%j is refused', (options, told) => expect(() => contract(options)).toThrow(refusal(told)));
});

describe('defineJob', () => {
  it('gives a frozen contract that says what it is', () => {
    const job = defineJob('billing.charge', { queue: 'billing', priority: 'high' });
    expect(job).toEqual({
      kind: 'nestjs-vigil:contract',
      name: 'billing.charge',
      queue: 'billing',
      version: 1,
      priority: 'high',
    });
    expect(Object.isFrozen(job)).toBe(true);
  });

  it.each<[string, object, string]>([
    ['billing charge', {}, "defineJob('billing charge'): the name"],
    ['billing.charge', { maxRetries: 3 }, "defineJob('billing.charge'): there is no option 'maxRetries'"],
    ['billing.charge', { ques: 'a' }, "Did you mean 'queue'?"],
  ])('refuses %p with %j', (name, options, told) => {
    expect(() => defineJob(name, options)).toThrow(
      expect.objectContaining({ code: 'CONTRACT_INVALID', message: expect.stringContaining(told) }),
    );
  });
});

describe('the retry budget', () => {
  it.each<[JobPolicyOptions, string]>([
    [{}, 'maxRetries 8: about 16 minutes in all'],
    [{ maxRetries: 0 }, 'maxRetries 0: one attempt, never retried'],
    [
      { maxRetries: 3, backoff: { type: 'fixed', delay: '1s', jitter: 'none' } },
      'maxRetries 3: about 3 seconds in all',
    ],
    [
      { maxRetries: 20, backoff: { delay: '1m', maxDelay: '1d', jitter: 'full' } },
      'maxRetries 20: about 5 days in all',
    ],
    [{ maxRetries: 1, backoff: { delay: '100ms', jitter: 'none' } }, 'maxRetries 1: about 100 milliseconds in all'],
    [{ backoff: () => 5 }, 'maxRetries 8: waits by its own backoff function'],
  ])('of %j', (options, told) => expect(describeRetryBudget(policy(options))).toBe(told));
});
