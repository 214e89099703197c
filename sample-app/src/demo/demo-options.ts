import { parseArgs } from 'node:util';

export interface DemoOptions {
  /** Absent: the jobs live in memory. */
  readonly redis?: string;
  /** Worker processes; 0: this process does the work itself. */
  readonly processes: number;
  readonly serve: boolean;
  readonly help: boolean;
}

/** A command line that can not be carried out; the message says why and how to write it. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

const MOST_PROCESSES = 16;

export const USAGE = `A small shop: 300 orders are charged, receipts are sent, partners are told, and every so often something goes wrong.

  npm run demo                                         jobs in memory, nothing to install
  npm run demo -- --redis redis://127.0.0.1:6379       jobs on Redis
  npm run demo -- --redis URL --processes 3            three worker processes
  npm run demo -- --serve                              with a dashboard to look at, until Ctrl-C

  --redis URL      the Redis to use (or the environment variable REDIS_URL)
  --processes N    N worker processes, 1 to ${MOST_PROCESSES}; needs Redis, because memory is not shared
  --serve          keep the shop open after the report: orders go on to come, and a dashboard shows how their jobs fare
  --help           this text

Ctrl-C finishes what is running, reports and ends; a second Ctrl-C ends at once.
`;

/** @throws UsageError */
export function readDemoOptions(args: readonly string[], env: NodeJS.ProcessEnv): DemoOptions {
  const values = parse(args);
  const redis = values.redis ?? env.REDIS_URL;
  const options = {
    redis: redis === undefined || redis === '' ? undefined : redisUrl(redis),
    processes: values.processes === undefined ? 0 : processCount(values.processes),
    serve: values.serve ?? false,
    help: values.help ?? false,
  };
  if (options.processes > 0 && options.redis === undefined && !options.help) {
    throw new UsageError(
      '--processes needs Redis: jobs in memory can not be shared between processes. ' +
        'Add --redis URL (for example --redis redis://127.0.0.1:6379) or set REDIS_URL; or leave --processes out.',
    );
  }
  return options;
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        redis: { type: 'string' },
        processes: { type: 'string' },
        serve: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    }).values;
  } catch (error) {
    throw new UsageError((error as Error).message, { cause: error });
  }
}

function redisUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol === 'redis:' || url?.protocol === 'rediss:') return text;
  throw new UsageError(`'${text}' is not the URL of a Redis. Write redis://host:port, or rediss:// for TLS.`);
}

function processCount(text: string): number {
  const count = Number(text);
  if (/^\d+$/.test(text) && count >= 1 && count <= MOST_PROCESSES) return count;
  throw new UsageError(`--processes ${text}: write a whole number from 1 to ${MOST_PROCESSES}.`);
}
