import { readOrderFile } from '../orders/order-file.js';
import { ShopServers, type ServerAddresses } from '../servers/shop-servers.js';
import type { DemoOptions } from './demo-options.js';
import { gatherEvidence } from './evidence.js';
import { Interruption } from './interruption.js';
import { total } from './job-figures.js';
import { prove } from './proof.js';
import { recover } from './recovery.js';
import { newPrefix, removePrefix } from './redis-prefix.js';
import { report } from './report.js';
import { RunningShop } from './running-shop.js';
import { Screen } from './screen.js';
import { setEnvironment } from './shop-environment.js';
import { workThrough } from './work-through.js';

const LONGEST_RUN_MS = 50_000;

/** Opens the shop, has a day's orders done, reports and closes. Resolves with the exit status: 0 when everything adds up. */
export async function runDemo(options: DemoOptions): Promise<number> {
  const screen = new Screen(process.stdout);
  const interruption = new Interruption(() =>
    screen.print('\nStopping: finishing what is running. Ctrl-C again ends at once.'),
  );
  const prefix = newPrefix();
  const servers = new ShopServers();
  try {
    const addresses = await servers.listen();
    setEnvironment(options, prefix, addresses);
    screen.print(introduction(options, prefix));
    const shop = await RunningShop.open(options.processes, screen);
    try {
      return await haveADay(shop, addresses, screen, interruption.signal, options.serve);
    } finally {
      await shop.close();
      await tidyUp(options, prefix, screen);
    }
  } finally {
    await servers.close();
  }
}

async function haveADay(
  shop: RunningShop,
  addresses: ServerAddresses,
  screen: Screen,
  interrupted: AbortSignal,
  serve: boolean,
): Promise<number> {
  const startedAt = Date.now();
  const stop = AbortSignal.any([interrupted, AbortSignal.timeout(LONGEST_RUN_MS)]);
  const feed = await workThrough(readOrderFile(), shop, screen, stop);
  const recovery = await recover(shop, addresses, screen, stop);
  const staysOpen = serve && !interrupted.aborted;
  if (!staysOpen) await shop.drain();

  const figures = await shop.figures.read();
  const outcome = {
    feed,
    recovery,
    figures,
    buried: await shop.deadLetters(),
    evidence: await gatherEvidence(addresses),
    slots: await shop.slots(),
  };
  const checks = prove(outcome);
  screen.print(report(outcome, checks, (Date.now() - startedAt) / 1_000));
  const finished = interrupted.aborted || total(figures, 'live') === 0;
  if (!finished) screen.print(`Not done within ${LONGEST_RUN_MS / 1_000} s.`);

  if (staysOpen) await untilInterrupted(shop, screen, interrupted);
  return finished && shop.lostWorkers === 0 && checks.every(({ holds }) => holds) ? 0 : 1;
}

async function untilInterrupted(shop: RunningShop, screen: Screen, interrupted: AbortSignal): Promise<void> {
  const order = JSON.stringify({ ...readOrderFile()[0], orderId: 'A-2001' });
  const url = await shop.url();
  screen.print(
    `Still open, and customers go on to come; Ctrl-C ends it.\n\n  The dashboard: ${url}/admin/jobs\n\n` +
      `  Another order: curl -H 'content-type: application/json' -d '${order}' ${url}/orders\n`,
  );
  // The lines of the log go on to come, and would carry it away.
  screen.showStatus(`${url}/admin/jobs shows how things stand; Ctrl-C ends it`);
  await shop.serve(interrupted, (error) => screen.print(`an order could not be taken: ${String(error)}`));
  screen.showStatus('');
}

function introduction({ redis, processes }: DemoOptions, prefix: string): string {
  const who = processes === 0 ? 'this process does the work' : `${processes} worker processes`;
  if (redis === undefined) return `nestjs-vigil demo: jobs in memory; ${who}.\n`;
  return `nestjs-vigil demo: jobs on Redis at ${new URL(redis).host}, under the prefix ${prefix}, its own; ${who}.\n`;
}

async function tidyUp({ redis, serve }: DemoOptions, prefix: string, screen: Screen): Promise<void> {
  if (redis === undefined) return;
  if (serve) screen.print(`The jobs are still on Redis, under the prefix ${prefix}.`);
  else screen.print(`Removed ${await removePrefix(redis, prefix)} keys of the prefix ${prefix} from Redis.`);
}
