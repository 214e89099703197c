import { setTimeout as pause } from 'node:timers/promises';
import { readOrderFile } from '../orders/order-file.js';
import { ShopServers } from '../servers/shop-servers.js';
import type { DemoOptions } from './demo-options.js';
import { gatherEvidence } from './evidence.js';
import { Interruption } from './interruption.js';
import { feedOrders, type FeedResult } from './order-feed.js';
import { Progress } from './progress.js';
import { prove } from './proof.js';
import { newPrefix, removePrefix } from './redis-prefix.js';
import { report } from './report.js';
import { RunningShop } from './running-shop.js';
import { Screen } from './screen.js';
import { setEnvironment } from './shop-environment.js';
import { total } from './job-figures.js';

const LOOK_EVERY_MS = 150;
const LONGEST_RUN_MS = 50_000;

/** Opens the shop, feeds it, waits until all is done, and reports. Resolves with the exit status: 0 when everything adds up. */
export async function runDemo(options: DemoOptions): Promise<number> {
  const screen = new Screen(process.stdout);
  const interruption = new Interruption(() =>
    screen.print('\nStopping: finishing what is running. Ctrl-C again ends at once.'),
  );
  const prefix = newPrefix();
  screen.print(introduction(options, prefix));

  const servers = new ShopServers();
  const addresses = await servers.listen();
  setEnvironment(options, prefix, addresses);
  const shop = await RunningShop.open(options.processes, screen);
  try {
    const startedAt = Date.now();
    const stop = AbortSignal.any([interruption.signal, AbortSignal.timeout(LONGEST_RUN_MS)]);
    const feed = await work(shop, screen, stop);
    const serving = options.serve && !interruption.signal.aborted;
    if (!serving) await shop.drain();

    const outcome = {
      feed,
      figures: await shop.figures.read(),
      buried: await shop.deadLetters(),
      evidence: await gatherEvidence(addresses),
    };
    const checks = prove(outcome);
    screen.print(report(outcome, checks, (Date.now() - startedAt) / 1_000));
    if (serving) await serve(shop, screen, interruption.signal);

    const done = interruption.signal.aborted || total(outcome.figures, 'live') === 0;
    return done && shop.lostWorkers === 0 && checks.every((check) => check.holds) ? 0 : 1;
  } finally {
    await shop.close();
    await servers.close();
    await tidyUp(options, prefix, screen);
  }
}

/** Feeds all orders and shows the progress until nothing is left to do. */
async function work(shop: RunningShop, screen: Screen, stop: AbortSignal): Promise<FeedResult> {
  const orders = readOrderFile();
  const progress = new Progress(screen, orders.length);
  let fed = false;
  const feeding = feedOrders(orders, (order) => shop.orders.place(order), stop).finally(() => (fed = true));

  let quiet = 0;
  // Quiet twice: between reading one queue and the next, a job may have handed on to another.
  while (quiet < 2 && !stop.aborted) {
    const figures = await shop.figures.read();
    progress.show(figures);
    quiet = fed && total(figures, 'live') === 0 ? quiet + 1 : 0;
    await pause(LOOK_EVERY_MS);
  }
  const feed = await feeding;
  progress.end(await shop.figures.read());
  return feed;
}

async function serve(shop: RunningShop, screen: Screen, stop: AbortSignal): Promise<void> {
  const order = JSON.stringify({ ...readOrderFile()[0], orderId: 'A-2001' });
  screen.print(
    `Still open. Ctrl-C ends it. Another order:\n\n  curl -H 'content-type: application/json' -d '${order}' ${await shop.url()}/orders\n`,
  );
  if (!stop.aborted) await new Promise((resolve) => stop.addEventListener('abort', resolve, { once: true }));
}

function introduction({ redis, processes }: DemoOptions, prefix: string): string {
  const where =
    redis === undefined ? 'jobs in memory' : `jobs on Redis at ${new URL(redis).host}, under the prefix ${prefix}`;
  const who = processes === 0 ? 'this process does the work' : `${processes} worker processes`;
  return `nestjs-vigil demo: ${where}; ${who}.\n`;
}

async function tidyUp({ redis, serve }: DemoOptions, prefix: string, screen: Screen): Promise<void> {
  if (redis === undefined) return;
  if (serve) screen.print(`The jobs are still on Redis, under the prefix ${prefix}.`);
  else screen.print(`Removed ${await removePrefix(redis, prefix)} keys of the prefix ${prefix} from Redis.`);
}
