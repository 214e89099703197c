import { redisAvailable } from '../support/redis-server.js';
import { runScenario } from './run-scenario.js';
import { scenarios } from './scenarios.js';
import { tableOf, type Line } from './verdict/row.js';

const SEED = Number(process.env.VIGIL_CHAOS_SEED ?? Math.floor(Math.random() * 2 ** 32));
const PATIENCE_MS = 300_000;

if (!redisAvailable && process.env.VIGIL_REQUIRE_ALL === '1') {
  throw new Error('proof under faults: needs redis-server (VIGIL_REQUIRE_ALL=1)');
}
const suite = redisAvailable ? describe : describe.skip;
const reason = redisAvailable ? '' : ' [left out: no redis-server]';

suite(`proof under faults${reason}`, () => {
  const lines: Line[] = [];
  // jest's own words would stand between the lines of the table.
  afterAll(() => void process.stderr.write(`\nProof under faults, seed ${SEED}:\n${tableOf(lines)}\n`));

  it.each(scenarios.map((scenario) => [scenario.name, scenario.shows, scenario] as const))(
    '%s: %s',
    async (_, __, scenario) => {
      const { line, violations } = await runScenario(scenario, scenario.short, SEED);
      lines.push(line);
      expect(violations).toEqual([]);
    },
    PATIENCE_MS,
  );
});
