import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { jobOptions, queueOptions, workerOptions } from '../../bench/contestants/bullmq.options.js';
import { vigilOptions, WORK } from '../../bench/contestants/vigil.options.js';
import { settingsOf, type VigilSettings } from '../../../lib/vigil.settings.js';

const place = { url: 'redis://127.0.0.1:6379', prefix: 'bench', concurrency: 100 };
const source = (file: string): string => readFileSync(join(__dirname, '../../bench', file), 'utf8');

describe('what nestjs-vigil is given in the bench', () => {
  it('is the place of its jobs and the concurrency, and nothing else', () => {
    expect(vigilOptions(place)).toStrictEqual({
      redis: place.url,
      prefix: place.prefix,
      worker: { concurrency: place.concurrency },
    });
  });

  it('leaves every other setting at its default', () => {
    const plain = (settings: VigilSettings): object => JSON.parse(JSON.stringify(settings)) as object;
    const defaults = settingsOf({});
    const { redis, ...settings } = plain(settingsOf(vigilOptions(place))) as Record<string, unknown>;
    expect(redis).toBe(place.url);
    expect(settings).toEqual({
      ...plain(defaults),
      prefix: place.prefix,
      worker: { ...defaults.worker, concurrency: place.concurrency },
    });
  });

  it('has a job with a key in the default window, and the default policy', () => {
    expect(WORK).toStrictEqual({ name: 'work', idempotencyKey: 'id' });
  });

  it('is all that its module and its job get', () => {
    const text = source('contestants/vigil.ts');
    expect(text.match(/imports: \[.*\]/g)).toEqual(['imports: [VigilModule.forRoot(vigilOptions(stage))]']);
    expect(text.match(/^ *@Job\(.*$/gm)).toEqual(['  @Job(WORK)']);
  });
});

describe('what BullMQ is given in the bench', () => {
  it('spares it what is not needed', () => {
    expect(queueOptions(place)).toMatchObject({ defaultJobOptions: { removeOnComplete: true } });
    expect(workerOptions(place)).not.toHaveProperty('metrics');
  });

  it('is what its guide recommends for connections', () => {
    expect(workerOptions(place)).toMatchObject({ concurrency: 100, connection: { maxRetriesPerRequest: null } });
  });

  it('has the same key', () => {
    expect(jobOptions({ id: 'order-1' })).toEqual({ deduplication: { id: 'order-1' } });
  });
});
