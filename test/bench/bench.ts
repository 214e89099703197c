// npm run bench: nestjs-vigil beside BullMQ, on one Redis, in one run. The last line is one JSON object of ratios.
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startRedisServer } from '../support/redis-server.js';
import { benchPlan, type BenchPlan } from './bench-plan.js';
import { orderOf } from './order.js';
import { FIGURES, pairings, ratios } from './ratios.js';
import { RedisMeter } from './redis-meter.js';
import { MEASURED, type ContestantSetup } from './scenarios.js';
import { count, table } from './table.js';
import { Tournament, type Outcomes } from './tournament.js';

const root = join(__dirname, '../..');
const say = (line = ''): void => void process.stdout.write(`${line}\n`);
/** Not on stdout, where the figures are. */
const progress = (line: string): void =>
  void process.stderr.write(`${(performance.now() / 1_000).toFixed(1).padStart(6)} s  ${line}\n`);

/** Cuts short what lasts long. */
let cutShort: (() => Promise<void>) | undefined;
let interrupted = false;

async function bench(): Promise<void> {
  const plan = benchPlan(process.argv.slice(2), process.env);
  // Here rather than before: whoever is to be quick counts the time that it takes.
  await promisify(execFile)(process.execPath, [join(root, 'tools/build.mjs')]);
  if (interrupted) return;
  if (plan.redis) return compare(plan, { url: plan.redis, own: false });
  const server = await startRedisServer();
  try {
    await compare(plan, { url: server.url, own: true });
  } finally {
    await server.stop();
  }
}

async function compare(plan: BenchPlan, place: Omit<ContestantSetup, 'name'>): Promise<void> {
  const tournament = await Tournament.open(place, plan, progress);
  try {
    cutShort = () => tournament.stop();
    if (interrupted) return;
    await introduce(tournament, place);
    report(await tournament.play(), plan);
  } finally {
    await tournament.close();
  }
}

function report(outcomes: Outcomes, { size, scenarios }: BenchPlan): void {
  const measured = new Set(scenarios.flatMap((name) => MEASURED[name]));
  const figures = FIGURES.filter((figure) => measured.has(figure));
  const pairs = pairings(outcomes.vigil.figures, outcomes.bullmq.figures, figures);
  const result = ratios(pairs);
  const { rounds } = outcomes;
  say(`Medians${rounds > 0 ? ` of ${rounds} rounds in turns` : ''} (least–greatest):`);
  say(table(pairs, result, size));
  say();
  say(
    `Delivery was exact: every job ran once and none was left over ` +
      `(nestjs-vigil ${count(outcomes.vigil.delivered)}, BullMQ ${count(outcomes.bullmq.delivered)}).`,
  );
  say(JSON.stringify(result));
}

async function introduce(tournament: Tournament, { url, own }: Omit<ContestantSetup, 'name'>): Promise<void> {
  const meter = new RedisMeter({ url, own });
  const redis = await meter.version();
  meter.close();
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
  const [{ model } = { model: 'unknown' }] = cpus();
  say(`Redis ${redis}, ${own ? 'started for this run, keeps nothing on disk' : 'one that runs already'}`);
  say(`Node ${process.version}, ${cpus().length} × ${model.trim()}`);
  say(`Payload of ${JSON.stringify(orderOf(0)).length} bytes.`);
  say();
  say(`nestjs-vigil ${version}`);
  for (const line of tournament.given('vigil')) say(`  ${line}`);
  for (const [n, line] of tournament.given('bullmq').entries()) say(n === 0 ? line : `  ${line}`);
  say();
}

for (const [signal, code] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const) {
  process.once(signal, () => {
    interrupted = true;
    process.exitCode = code;
    void cutShort?.();
  });
}

bench().catch((error: unknown) => {
  // What is cut short fails; that is no news.
  if (interrupted) return;
  process.exitCode = 1;
  progress(error instanceof Error ? (error.stack ?? error.message) : String(error));
});
