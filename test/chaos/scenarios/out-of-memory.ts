import { entriesOf } from '../history/happening.js';
import type { Scenario } from '../scenario.js';

/** Less than an empty server uses. */
const FULL = '100kb';
const BACKLOG = 150;
const REFUSALS = 20;

export const outOfMemory: Scenario = {
  name: 'out-of-memory',
  fault: 'F12',
  shows:
    'maxmemory reached under load: enqueues are refused as such, what was accepted is done all the same, then work goes on',
  short: { rounds: 2, jobs: 0 },
  long: { rounds: 10, jobs: 0 },

  async run(field, { rounds }) {
    await field.fleet(2, { options: { concurrency: 5 } });
    const { history } = field;
    const redis = field.server.connect();
    const engine = await field.engine();
    const deed = () =>
      field.pick([
        { do: 'linger', ms: 20 },
        { do: 'step', ms: 10 },
        { do: 'failOnce', ms: 5 },
      ] as const);
    const loads = [true, false].map(async (persistent) =>
      field.load(await field.producer(), { deed, backlog: BACKLOG, lines: 2, persistent }),
    );
    const running = await Promise.all(loads);
    let doneWhileFull = 0;
    for (let round = 1; round <= rounds; round++) {
      await field.until('there is a backlog', async () => (await field.sum(engine, 'waiting')) > BACKLOG / 3);
      const refused = history.count('refused');
      const ended = history.count('ended');
      await redis.config('SET', 'maxmemory', FULL);
      await field.until('enqueues are refused', () => history.count('refused') >= refused + REFUSALS);
      await field.untilDone(engine);
      doneWhileFull += history.count('ended') - ended;
      await redis.config('SET', 'maxmemory', '0');
      const accepted = history.count('accepted');
      await field.until('enqueues are accepted again', () => history.count('accepted') > accepted + REFUSALS);
    }
    for (const load of running) await load.stop();
    const codes = new Set(entriesOf(history.all(), 'refused').map(({ code }) => code));
    field.require([...codes].join() === 'ENGINE_FULL', `refused as ${[...codes].join() || 'nothing'}`);
    field.require(doneWhileFull > 0, 'no job was done while Redis was full');
    field.require(history.count('trouble') === 0, 'a worker could not go on while Redis was full');
    return `${rounds} times full; ${doneWhileFull} handlers ended meanwhile`;
  },
};
