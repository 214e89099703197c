import type { Field } from '../field.js';
import { entriesOf } from '../history/happening.js';
import type { LoadDeed } from '../load.js';
import { quantiles } from '../quantiles.js';
import type { Scenario } from '../scenario.js';

const FLEET = 5;
/** The rest of the fleet is on its way, or idle. */
const LEFT_ALONE = 1;
const BACKLOG = 30;
/** Each of these deaths is ours, so a job that is hit again and again is no poison. */
const policy = { maxStalls: 20 };
const setup = { policy, options: { leaseMs: 1_000 } };

export const workerKilled: Scenario = {
  name: 'worker-killed',
  fault: 'F1',
  shows: 'kill -9 of workers in mid-job: nothing is lost, and every job that was interrupted is run again',
  short: { rounds: 100, jobs: 0 },
  long: { rounds: 300, jobs: 0 },

  async run(field, { rounds }) {
    const producer = await field.producer();
    const deed = (): LoadDeed => ({ do: 'linger', ms: 60 + 120 * field.random() });
    const load = field.load(producer, { deed, backlog: BACKLOG });
    for (let n = 0; n < FLEET; n++) field.spawn(setup);
    for (let kills = 0; kills < rounds; kills++) {
      const victims = await field.until('workers are in mid-job', () => {
        const working = field.working();
        return working.length > LEFT_ALONE && working;
      });
      await field.pick(victims).kill();
      field.spawn(setup);
    }
    await load.stop();
    return `${rounds} kills; an interrupted job ran again after ${recovery(field)}`;
  },
};

/** From each death to the next beginnings of what it interrupted. */
function recovery(field: Field): string {
  const entries = field.history.all();
  const deaths = new Map(entriesOf(entries, 'exited').map(({ victim, at }) => [victim, at]));
  const begun = entriesOf(entries, 'begun');
  const ended = new Set(entriesOf(entries, 'ended').map(({ id, token }) => `${id} ${token}`));
  const waits = begun.flatMap(({ id, token, attempt, pid }) => {
    const died = deaths.get(pid);
    const next = begun.find((other) => other.id === id && other.attempt > attempt);
    return died === undefined || !next || ended.has(`${id} ${token}`) ? [] : [next.at - died];
  });
  return quantiles(waits);
}
