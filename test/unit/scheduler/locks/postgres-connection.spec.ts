import type * as connection from '../../../../lib/scheduler/locks/postgres/postgres-connection.js';

type Connection = typeof connection;

const options = { connectionString: 'postgres://shop@db-1/shop' };

/** The file anew, where pg is what `driver` makes. */
function withDriver(driver: () => unknown): Connection {
  jest.resetModules();
  jest.doMock('pg', driver);
  return jest.requireActual<Connection>('../../../../lib/scheduler/locks/postgres/postgres-connection.js');
}

describe('the connection to PostgreSQL', () => {
  afterEach(() => jest.dontMock('pg'));

  it('needs pg only when it is made, and tells how to get it', async () => {
    const { connectTo } = withDriver(() => {
      throw new Error("Cannot find module 'pg'");
    });
    await expect(connectTo(options, 1_000)).rejects.toMatchObject({
      code: 'POSTGRES_DRIVER_MISSING',
      message: expect.stringContaining('npm install pg') as string,
    });
  });

  it('needs no pg where the application makes it', async () => {
    const { connectTo } = withDriver(() => {
      throw new Error("Cannot find module 'pg'");
    });
    const own = { query: jest.fn(), end: jest.fn(), on: jest.fn() };
    await expect(connectTo({ connect: () => Promise.resolve(own) }, 1_000)).resolves.toBe(own);
  });

  it.each([
    ['names its exports', (Client: unknown) => ({ Client })],
    ['has a default export only', (Client: unknown) => ({ __esModule: true, default: { Client } })],
  ])('is made by a pg that %s, and nobody’s error goes unheard', async (_, exported) => {
    const heard: string[] = [];
    const made: unknown[] = [];
    class Client {
      constructor(config: unknown) {
        made.push(config);
      }

      on(event: string): void {
        heard.push(event);
      }

      async connect(): Promise<void> {
        heard.push('connect');
      }
    }
    const { connectTo } = withDriver(() => exported(Client));
    await expect(connectTo(options, 1_000)).resolves.toBeInstanceOf(Client);
    expect(made).toEqual([expect.objectContaining({ ...options, connectionTimeoutMillis: 1_000, keepAlive: true })]);
    expect(heard).toEqual(['error', 'connect']);
  });
});
