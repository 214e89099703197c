import { VigilError } from '../../../core/vigil.error.js';

/**
 * One connection to PostgreSQL, as a `Client` of `pg` is.
 *
 * @example
 * import { Client } from 'pg';
 *
 * async function connect(): Promise<PostgresConnection> {
 *   const client = new Client({ host: 'db-1', user: 'shop', ssl: true });
 *   await client.connect();
 *   return client;
 * }
 * @publicApi
 */
export interface PostgresConnection {
  query(text: string, values?: unknown[]): Promise<{ rows: unknown[] }>;
  end(): Promise<void>;
  on(event: 'error', listener: (error: Error) => void): unknown;
  on(event: 'end', listener: () => void): unknown;
  /** The backend that serves it, by what the server said at the login. */
  readonly processID?: number | null;
}

/**
 * How the locks of cron entries get their connection to PostgreSQL: one a process, while a lock is held and for a few seconds after.
 * It must lead to the server itself: a pooler would share sessions, and with them locks.
 *
 * @example
 * const postgres: PostgresLockOptions = { connectionString: 'postgres://shop@db-1/shop' };
 * @publicApi
 */
export type PostgresLockOptions =
  | {
      /** `postgres://user:password@host:port/database`; needs the package `pg`. */
      readonly connectionString: string;
      readonly connect?: undefined;
    }
  | {
      readonly connectionString?: undefined;
      /** Makes a connection that is used for locks alone and ended by them; a new one each time. */
      readonly connect: () => Promise<PostgresConnection>;
    };

type ClientClass = new (
  config: Readonly<Record<string, unknown>>,
) => PostgresConnection & { connect(): Promise<unknown> };

/** What is used of pg; by structure, so that its types do not get into the package's own. Older ones have no names for `import`. */
interface Driver {
  readonly Client?: ClientClass;
  readonly default?: { readonly Client: ClientClass };
}

/** @throws VigilError `POSTGRES_DRIVER_MISSING` */
export async function connectTo(options: PostgresLockOptions, timeoutMs: number): Promise<PostgresConnection> {
  if (options.connect) return options.connect();
  const Client = await loadClient();
  const client = new Client({
    connectionString: options.connectionString,
    connectionTimeoutMillis: timeoutMs,
    keepAlive: true,
    application_name: 'nestjs-vigil',
  });
  // Before it is connected nobody else listens, and an error that nobody hears ends the process.
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

let loaded: Promise<ClientClass> | undefined;

function loadClient(): Promise<ClientClass> {
  return (loaded ??= (import('pg') as Promise<Driver>).then(
    (driver) => (driver.Client ?? driver.default?.Client) as ClientClass,
    (cause: unknown) => {
      loaded = undefined;
      throw new VigilError(
        'POSTGRES_DRIVER_MISSING',
        'locks.postgres: the package pg can not be loaded. Install it (npm install pg), or give `connect` a function that makes the connection.',
        { cause },
      );
    },
  ));
}
