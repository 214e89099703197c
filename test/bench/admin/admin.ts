// npm run bench:admin -- [waiting] [dead]: how long each route of the admin takes. The table of docs/performance.md.
import { startRedisServer } from '../../support/redis-server.js';
import { AdminStage } from './admin-stage.js';

const [waiting = 1_000_000, dead = 100_000] = process.argv.slice(2).map(Number);
const REQUESTS = 40;
const say = (line: string): void => void process.stdout.write(`${line}\n`);

async function main(): Promise<void> {
  const server = await startRedisServer();
  try {
    const stage = await AdminStage.on(server, { waiting, dead });
    try {
      say(`${waiting} waiting, ${dead} dead; ${REQUESTS} requests of each, one after another, in milliseconds\n`);
      say('| route | first | median | p95 |\n| --- | --- | --- | --- |');
      for (const { route, first, median, p95 } of await stage.measure(REQUESTS))
        say(`| \`${route}\` | ${first.toFixed(1)} | ${median.toFixed(1)} | ${p95.toFixed(1)} |`);
    } finally {
      await stage.close();
    }
  } finally {
    await server.stop();
  }
}

void main();
