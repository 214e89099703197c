import type { CronOptions } from '../../../lib/decorators/cron.options.js';
import { buildCron } from '../../../lib/discovery/cron.builder.js';

const build = (options: CronOptions): ReturnType<typeof buildCron> =>
  buildCron({ expression: '0 3 * * *', options, method: 'run', place: 'Books.run' }, {});

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
