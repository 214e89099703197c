import { entriesOf } from '../history/happening.js';
import type { Scenario } from '../scenario.js';

const EVERY_MS = 50;

export const scriptFlush: Scenario = {
  name: 'script-flush',
  fault: 'F11',
  shows: 'SCRIPT FLUSH every 50 ms: nobody notices',
  short: { rounds: 60, jobs: 0 },
  long: { rounds: 600, jobs: 0 },

  async run(field, { rounds }) {
    await field.fleet(2, { options: { concurrency: 10 } });
    const deed = () => field.pick([{ do: 'linger', ms: 5 }, { do: 'step', ms: 2 }, { do: 'failOnce' }] as const);
    const load = field.load(await field.producer(), { deed, backlog: 200, lines: 50 });
    await field.until('there is work under way', () => field.history.count('ended') > 20);
    const redis = field.server.connect();
    let flushes = 0;
    await new Promise<void>((resolve, reject) => {
      const timer = setInterval(() => {
        redis.script('FLUSH').then(() => {
          if (++flushes < rounds) return;
          clearInterval(timer);
          resolve();
        }, reject);
      }, EVERY_MS);
    });
    await load.stop();
    const errors = entriesOf(field.history.all(), 'unsure', 'refused', 'trouble').length;
    field.require(errors === 0, `${errors} errors came to the surface`);
    return `${flushes} flushes, ${errors} errors`;
  },
};
