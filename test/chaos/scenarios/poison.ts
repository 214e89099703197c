import { entriesOf } from '../history/happening.js';
import type { Scenario } from '../scenario.js';

const FLEET = 3;
const setup = { options: { leaseMs: 1_000, concurrency: 10 } };

export const poison: Scenario = {
  name: 'poison',
  fault: 'F24',
  shows: 'a job that exits its process, among innocents: it is buried as stalled, and none of them is',
  short: { rounds: 1, jobs: 100 },
  long: { rounds: 3, jobs: 600 },

  async run(field, { rounds, jobs }) {
    const producer = await field.producer();
    const engine = await field.engine();
    const poisons: string[] = [];
    for (let n = 0; n < rounds; n++) {
      await producer.sendAll(Math.floor(jobs / rounds / 2), { do: 'linger', ms: 60 });
      poisons.push((await producer.send({ do: 'exit' }))!);
      await producer.sendAll(Math.ceil(jobs / rounds / 2), { do: 'linger', ms: 60 });
    }
    for (let n = 0; n < FLEET; n++) field.spawn(setup);
    await field.until('nothing is left to do', async () => {
      const alive = field.workers.filter(({ hasExited }) => !hasExited);
      for (let n = alive.length; n < FLEET; n++) field.spawn(setup);
      return (await field.sum(engine, 'scheduled', 'waiting', 'active')) === 0;
    });
    const { items: dead } = await engine.deadLetters({}, 100);
    const seen = dead.map(({ id, reason }) => `${id} ${reason}`).sort();
    const wanted = poisons.map((id) => `${id} stalled`).sort();
    field.require(seen.join() === wanted.join(), `dead are ${seen.join() || 'none'}; the poison is ${wanted.join()}`);
    const deaths = entriesOf(field.history.all(), 'exited').length;
    return `${deaths} processes died of it`;
  },
};
