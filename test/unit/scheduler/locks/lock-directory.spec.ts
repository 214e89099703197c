import { LockDirectory, type LockDirectoryParts } from '../../../../lib/scheduler/locks/lock-directory.js';
import { LockProvider, type LockAnswer } from '../../../../lib/core/lock-provider.js';
import { quiet } from '../../../support/lock-harness.js';

class NamedProvider extends LockProvider {
  constructor(readonly name: string) {
    super();
  }

  acquire(): Promise<LockAnswer> {
    return Promise.resolve({ acquired: false, reason: 'held', holder: this.name });
  }
}

class OwnProvider extends NamedProvider {}
class NoProvider {}

const PLACE = 'Reports.nightly';
const memory = new NamedProvider('memory');
const redis = new NamedProvider('redis');

describe('the directory of locks', () => {
  let warnings: string[];
  let opened: string[];
  const directory = (parts: Partial<LockDirectoryParts> = {}): LockDirectory =>
    new LockDirectory({
      memory,
      logger: { ...quiet, warn: (line) => void warnings.push(line) },
      instanceOf: () => undefined,
      ...parts,
    });
  const postgres = {
    provider: new NamedProvider('postgres'),
    open: () => Promise.resolve(void opened.push('open')),
    close: () => void opened.push('close'),
  };
  beforeEach(() => {
    warnings = [];
    opened = [];
  });

  it('has the engine’s own when none is named, and none for false', () => {
    expect(directory({ redis }).providerOf(undefined, PLACE)).toBe(redis);
    expect(directory().providerOf(undefined, PLACE)).toBe(memory);
    expect(directory({ redis }).providerOf(false, PLACE)).toBeUndefined();
  });

  it('has those that are configured', () => {
    const all = directory({ redis, postgres });
    expect(all.providerOf('redis', PLACE)).toBe(redis);
    expect(all.providerOf('postgres', PLACE)).toBe(postgres.provider);
    expect(directory({ postgres }).providerOf('postgres', PLACE)).toBe(postgres.provider);
    expect(warnings).toEqual([]);
  });

  it('opens PostgreSQL only if an entry asks for it', async () => {
    const all = directory({ redis, postgres });
    all.providerOf('redis', PLACE);
    await all.open();
    expect(opened).toEqual([]);
    all.providerOf('postgres', PLACE);
    await all.open();
    all.close();
    expect(opened).toEqual(['open', 'close']);
  });

  it('serves names whose store is not configured from memory, where jobs are in memory, and says so once', () => {
    const alone = directory();
    for (const name of ['redis', 'postgres', 'redis'] as const) expect(alone.providerOf(name, PLACE)).toBe(memory);
    expect(warnings).toEqual([
      expect.stringContaining("lock: 'redis' are kept apart in this process only, because no `redis`"),
      expect.stringContaining("lock: 'postgres' are kept apart in this process only, because no `locks.postgres`"),
    ]);
  });

  it('refuses PostgreSQL that is not configured where jobs are on Redis, with place and cure', () => {
    const act = (): unknown => directory({ redis }).providerOf('postgres', PLACE);
    expect(act).toThrow(expect.objectContaining({ code: 'LOCK_NOT_CONFIGURED' }));
    expect(act).toThrow(/^Reports\.nightly: .* locks: \{ postgres: \{ connectionString \} \}/);
  });

  it('warns of locks in memory beside instances that do not see them', () => {
    expect(directory({ redis }).providerOf('memory', PLACE)).toBe(memory);
    expect(warnings).toEqual([expect.stringContaining('Reports.nightly')]);
    directory().providerOf('memory', PLACE);
    expect(warnings).toHaveLength(1);
  });

  it('takes the application’s instance of a class', () => {
    const own = new OwnProvider('own');
    const asked: unknown[] = [];
    const found = directory({ instanceOf: (type) => (asked.push(type), own) }).providerOf(OwnProvider, PLACE);
    expect(found).toBe(own);
    expect(asked).toEqual([OwnProvider]);
  });

  it.each([
    [
      'a class that no module provides',
      OwnProvider,
      undefined,
      'LOCK_PROVIDER_MISSING',
      'OwnProvider is provided by no',
    ],
    ['a class that is no provider', NoProvider, new NoProvider(), 'LOCK_PROVIDER_MISSING', 'has no method acquire()'],
    ['another name', 'etcd', undefined, 'LOCK_INVALID', 'lock is "etcd"'],
    ['true', true, undefined, 'LOCK_INVALID', 'lock is true'],
  ])('refuses %s', (_, choice, instance, code, text) => {
    const act = (): unknown => directory({ instanceOf: () => instance }).providerOf(choice as never, PLACE);
    expect(act).toThrow(expect.objectContaining({ code }));
    expect(act).toThrow(`Reports.nightly: `);
    expect(act).toThrow(text);
  });
});
