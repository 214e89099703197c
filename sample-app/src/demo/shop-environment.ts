import type { ServerAddresses } from '../servers/shop-servers.js';
import type { DemoOptions } from './demo-options.js';

/** Sets what a deployment would: the shop reads its settings from the environment, and worker processes inherit it. */
export function setEnvironment(
  { redis, processes, serve }: DemoOptions,
  prefix: string,
  addresses: ServerAddresses,
): void {
  Object.assign(process.env, {
    VIGIL_PREFIX: prefix,
    PAYMENTS_URL: addresses.payments,
    MAIL_URL: addresses.mail,
    PARTNERS_URL: addresses.partners,
    PRINT_URL: addresses.print,
    SHOP_WORKER: processes > 0 ? 'off' : 'on',
    SHOP_STAYS_OPEN: serve ? 'yes' : 'no',
  });
  if (redis === undefined) delete process.env.REDIS_URL;
  else process.env.REDIS_URL = redis;
}
