import type { CronOptions } from '../../../lib/decorators/cron.options.js';
import type { JobPolicyOptions } from '../../../lib/core/job-policy.js';
import { buildCron } from '../../../lib/discovery/cron.builder.js';

const build = (options: CronOptions, defaults: JobPolicyOptions = {}): ReturnType<typeof buildCron> =>
  buildCron({ expression: '0 3 * * *', options, method: 'run', place: 'Books.run' }, defaults);

describe('waitForCompletion', () => {
  it.each([
    [true, 'skip', 1],
    [false, 'allow', undefined],
    [undefined, 'skip', 1],
  ] as const)('%s means overlap %s', (waitForCompletion, overlap, globalConcurrency) => {
    const { entry, job } = build({ waitForCompletion });
    expect(entry.overlap).toBe(overlap);
    expect(job.policy.globalConcurrency).toBe(globalConcurrency);
  });

  it.each([true, false])('%s is refused beside overlap', (waitForCompletion) => {
    expect(() => build({ waitForCompletion, overlap: 'queue-one' })).toThrow(
      "'skip' for waitForCompletion: true, 'allow' for false",
    );
  });
});

describe('the job that the runs are', () => {
  const defaults: JobPolicyOptions = {
    maxRetries: 7,
    concurrency: { process: 5, global: 5 },
    timeout: '5m',
    severity: 'warning',
  };

  it('is tried once whatever the defaults of the module say, and again as often as its own option says', () => {
    expect(build({}, defaults).job.policy.maxRetries).toBe(0);
    expect(build({ maxRetries: 2 }, defaults).job.policy.maxRetries).toBe(2);
  });

  it('takes over what else the module says of all jobs', () => {
    expect(build({}, defaults).job.policy).toMatchObject({ timeoutMs: 300_000, severity: 'warning' });
  });

  it.each([
    ['skip', 1],
    ['queue-one', 1],
    ['allow', undefined],
  ] as const)('by overlap %s runs at most %s at once over all processes', (overlap, atOnce) => {
    expect(build({ overlap }).job.policy.globalConcurrency).toBe(atOnce);
  });

  it('runs one at a time over all processes unless it says otherwise', () => {
    expect(build({}).job.policy.globalConcurrency).toBe(1);
  });
});
