import { Injectable, Module } from '@nestjs/common';
import { LockProvider, type LockAnswer, type VigilOptions } from '../../../lib/index.js';
import { LockDirectory } from '../../../lib/scheduler/locks/lock-directory.js';
import { memoryApps } from '../../support/nest-apps.js';

const start = memoryApps();
const PLACE = 'Reports.nightly';

@Injectable()
class Fleet {
  readonly name = 'web-7';
}

@Injectable()
class FleetLockProvider extends LockProvider {
  constructor(private readonly fleet: Fleet) {
    super();
  }

  async acquire(): Promise<LockAnswer> {
    return { acquired: false, reason: 'held', holder: this.fleet.name };
  }
}

@Module({ providers: [Fleet, FleetLockProvider] })
class FleetModule {}

describe('the locks of the module', () => {
  it('come from the instance that Nest made of a class, in whatever module', async () => {
    const { app } = await start({ imports: [FleetModule] });
    const provider = app.get(LockDirectory).providerOf(FleetLockProvider, PLACE);
    await expect(provider?.acquire({} as never)).resolves.toMatchObject({ holder: 'web-7' });
  });

  it('are refused at boot of a class that nobody provides', async () => {
    const { app } = await start({});
    const act = (): unknown => app.get(LockDirectory).providerOf(FleetLockProvider, PLACE);
    expect(act).toThrow(expect.objectContaining({ code: 'LOCK_PROVIDER_MISSING' }));
  });

  it('of every name are there where jobs are in memory, and the log says what they are', async () => {
    const { app, logger } = await start({});
    const directory = app.get(LockDirectory);
    expect(directory.providerOf('redis', PLACE)).toBe(directory.providerOf(undefined, PLACE));
    expect(directory.providerOf('postgres', PLACE)).toBe(directory.providerOf('memory', PLACE));
    expect(logger.of('warn').filter((line) => line.includes('in this process only'))).toHaveLength(2);
  });

  it('in PostgreSQL are reached when they are opened, and only then', async () => {
    const locks = { postgres: { connectionString: 'postgres://shop:geheim@127.0.0.1:1/shop' } };
    const { app } = await start({}, { locks });
    const directory = app.get(LockDirectory);
    directory.providerOf('postgres', PLACE);
    const error: unknown = await directory.open().catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'POSTGRES_UNREACHABLE' });
    expect(String(error)).not.toContain('geheim');
  });

  it.each<[string, unknown, RegExp]>([
    ['a misspelt option', { postgress: {} }, /locks\.postgress'\. Did you mean 'postgres'/],
    ['no way to connect', { postgres: {} }, /one of connectionString and connect/],
    ['two ways to connect', { postgres: { connectionString: 'postgres://a/b', connect: () => 1 } }, /one of/],
    ['an empty variable of the environment', { postgres: { connectionString: '' } }, /no address of PostgreSQL/],
    ['another address', { postgres: { connectionString: 'mysql://root:geheim@db/x' } }, /no address of PostgreSQL/],
    ['what is no function', { postgres: { connect: 'db-1' } }, /connect is 'db-1'; it must be a function/],
  ])('are refused with %s', async (_, locks, message) => {
    const started = start({}, { locks } as VigilOptions);
    await expect(started).rejects.toMatchObject({
      code: 'VIGIL_OPTIONS_INVALID',
      message: expect.stringMatching(message),
    });
    await expect(started).rejects.not.toThrow(/geheim/);
  });
});
