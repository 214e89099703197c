import { built } from '../../architecture/support/project.js';
import { CONTESTANTS, type ContestantName } from '../../bench/contestant.js';
import { ContestantProcess } from '../../bench/contestant-process.js';
import { median, spread } from '../../bench/median.js';
import { describeWithRedis } from '../../support/redis-server.js';

const SIZE = { jobs: 8_000, pickups: 1, deep: 1, shallow: 1, rounds: 1 };
const ROUNDS = 3;
/** On a machine so busy that three do not tell. */
const MOST_ROUNDS = 6;
/** Ours divided by BullMQ's, at most. What a job costs depends less than a rate on who else uses the machine. */
const MOST = { redisCpuPerJob: 0.22, redisBytesPerJob: 0.5 };

type Figures = Record<keyof typeof MOST, number[]>;

describeWithRedis('a job beside one of BullMQ', (redis) => {
  const processes = new Map<ContestantName, ContestantProcess>();
  const measured: Record<ContestantName, Figures> = {
    vigil: { redisCpuPerJob: [], redisBytesPerJob: [] },
    bullmq: { redisCpuPerJob: [], redisBytesPerJob: [] },
  };

  const ratio = (figure: keyof Figures): number => median(measured.vigil[figure]) / median(measured.bullmq[figure]);
  const figures = Object.keys(MOST) as (keyof Figures)[];

  /** The first round warms up; whoever comes first does so only every other time. */
  async function play(round: number): Promise<void> {
    for (const name of round % 2 === 0 ? CONTESTANTS : [...CONTESTANTS].reverse()) {
      const sample = await processes.get(name)!.run({ scenario: 'wholeLife', prefix: 'bench', size: SIZE });
      if (round > 0) for (const figure of figures) measured[name][figure].push(...sample.figures[figure]);
    }
  }

  beforeAll(async () => {
    await built();
    for (const name of CONTESTANTS) {
      processes.set(name, await ContestantProcess.start({ name, url: redis().url, own: true }));
    }
    for (let round = 0; round <= MOST_ROUNDS; round++) {
      if (round > ROUNDS && figures.every((figure) => ratio(figure) <= MOST[figure])) break;
      await play(round);
    }
  }, 300_000);
  afterAll(() => Promise.all([...processes.values()].map((each) => each.stop())));

  it.each([
    ['costs Redis little time from its enqueue to its end', 'redisCpuPerJob', 'µs'],
    ['takes little memory while it waits', 'redisBytesPerJob', 'bytes'],
  ] as const)('%s', (_, figure, unit) => {
    const told = CONTESTANTS.map((name) => {
      const values = measured[name][figure];
      const [least, greatest] = spread(values).map((value) => value.toFixed(1));
      return `${name} ${median(values).toFixed(1)} ${unit} (${least}–${greatest})`;
    });
    process.stdout.write(`${figure}: ${told.join(', ')}: ${ratio(figure).toFixed(3)}\n`);
    expect(ratio(figure)).toBeGreaterThan(0);
    expect(ratio(figure)).toBeLessThanOrEqual(MOST[figure]);
  });
});
