import { setTimeout as pause } from 'node:timers/promises';
import type { DeadLetter, JsonPatchOperation, ReplayPlan } from 'nestjs-vigil';
import { postJson } from '../http/post-json.js';
import type { ServerAddresses } from '../servers/shop-servers.js';
import { CHARGE_JOB } from './job-figures.js';
import type { RunningShop } from './running-shop.js';
import type { Screen } from './screen.js';
import { untilQuiet } from './work-through.js';

/** How the buried charges came back to life. */
export interface Recovery {
  /** Whose charges were buried. */
  readonly orders: readonly string[];
  readonly plan: ReplayPlan;
  /** Those that died again, and what was then changed in their payload. */
  readonly corrected: readonly { readonly letter: DeadLetter; readonly edit: readonly JsonPatchOperation[] }[];
}

const WHO = 'the demo';
const LOOK_EVERY_MS = 100;
const CHARGES = { queue: 'billing', name: CHARGE_JOB };

/** Mends what the charges were buried for, replays them by a plan, and corrects those that die again. */
export async function recover(
  shop: RunningShop,
  { payments }: ServerAddresses,
  screen: Screen,
  stop: AbortSignal,
): Promise<Recovery | undefined> {
  if (stop.aborted) return undefined;
  const { letters } = shop;
  const { items } = await letters.list({ ...CHARGES, limit: 100 });
  const orders = items.map(({ idempotencyKey }) => String(idempotencyKey));
  const { items: causes } = await letters.groups(CHARGES);
  for (const { count, errorName, message } of causes) screen.print(`cause: ${count} × ${errorName}: ${message}`);
  await postJson(
    `${payments}/renewed-cards`,
    {},
    { idempotencyKey: 'renewed-cards', signal: AbortSignal.timeout(2_000) },
  );

  const by = { actor: WHO, reason: 'the bank has its list of renewed cards again' };
  const { matching, sample } = await letters.replayMany(CHARGES, { ...by, dryRun: true });
  screen.print(`dry run: ${matching} dead letters match, the newest ${sample[0]?.id ?? 'none'}`);
  const { id } = await letters.replayMany(CHARGES, { ...by, canary: 1, ratePerSecond: 20, stopAbove: 0.5 });
  const plan = await followed(shop, id, screen, stop);
  const corrected = stop.aborted ? [] : await correct(shop);
  await untilQuiet(shop, stop);
  return stop.aborted ? undefined : { orders, plan, corrected };
}

async function followed(shop: RunningShop, id: string, screen: Screen, stop: AbortSignal): Promise<ReplayPlan> {
  for (let last = ''; ; await pause(LOOK_EVERY_MS)) {
    const plan = await shop.letters.plans.progress(id);
    const { state, moved, completed, died, underWay } = plan;
    const line = `plan ${state}: ${moved} replayed, ${completed} completed, ${died} died again, ${underWay} under way`;
    if (line !== last) screen.print(line);
    last = line;
    if (plan.closed || stop.aborted) return plan;
  }
}

/** These customers were asked for another card. */
async function correct({ letters }: RunningShop): Promise<Recovery['corrected']> {
  const corrected = [];
  for (const { id, life } of (await letters.list({ ...CHARGES, limit: 100 })).items) {
    const letter = await letters.get(id);
    if (!letter) continue;
    const edit = [{ op: 'replace', path: '/cardToken', value: 'tok_new_card' }] as const;
    await letters.replay(id, { actor: WHO, reason: 'the customer gave another card', edit: { patch: edit }, life });
    corrected.push({ letter, edit });
  }
  return corrected;
}
