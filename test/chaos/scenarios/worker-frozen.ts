import type { Field } from '../field.js';
import type { Scenario } from '../scenario.js';
import type { ChaosWorker } from '../workers/chaos-worker.js';

const setup = { options: { leaseMs: 1_000, concurrency: 3 } };
/** Long enough to be frozen in it. */
const LINGER_MS = 150;

export const workerFrozen: Scenario = {
  name: 'worker-frozen',
  fault: 'F2',
  shows: 'SIGSTOP past the lease, and SIGCONT: others run the jobs, and what the late one writes is refused',
  short: { rounds: 3, jobs: 0 },
  long: { rounds: 20, jobs: 0 },

  async run(field, { rounds }) {
    const producer = await field.producer();
    const engine = await field.engine();
    const pair = await field.fleet(2, setup);
    for (let round = 1; round <= rounds; round++) {
      const victim = field.pick(pair);
      const deed = { do: round % 2 === 0 ? 'linger' : 'step', ms: LINGER_MS } as const;
      // Whoever asks first gets them, so it may take some more.
      await field.until('the victim is in mid-job', async () => {
        if (field.runningIn(victim) === 0) await producer.send(deed);
        return field.runningIn(victim) > 0;
      });
      const before = refusedTo(field, victim);
      victim.freeze();
      await field.untilDone(engine);
      victim.thaw();
      await field.until('its late write is refused', () => refusedTo(field, victim) > before);
      await field.until('it is idle', () => field.runningIn(victim) === 0);
    }
    return `${rounds} times`;
  },
};

/** Writes of this process that the store refused because the job was another's by then. */
function refusedTo({ history }: Field, { pid }: ChaosWorker): number {
  return history.of('settled', 'recorded').filter((each) => each.pid === pid && each.status === 'lease_lost').length;
}
