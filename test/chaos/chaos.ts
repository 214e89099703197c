// npm run chaos: every fault in its long form; one row each, and a status other than 0 for a broken promise.
import { chaosPlan } from './chaos-plan.js';
import { runScenario } from './run-scenario.js';
import { scenarios } from './scenarios.js';
import { tableOf, type Line } from './verdict/row.js';

const say = (text: string): void => void process.stdout.write(`${text}\n`);

async function chaos(): Promise<void> {
  const { runs, seed } = chaosPlan(process.argv.slice(2), scenarios);
  say(`seed ${seed}`);
  const lines: Line[] = [];
  for (const { scenario, size } of runs) {
    say(`${scenario.fault} ${scenario.name}: ${scenario.shows}`);
    try {
      const { line, violations } = await runScenario(scenario, size, seed);
      lines.push(line);
      for (const violation of violations) say(`  BROKEN ${violation}`);
      if (violations.length > 0) process.exitCode = 1;
    } catch (error) {
      say(`  BROKEN ${(error as Error).message}`);
      process.exitCode = 1;
    }
  }
  say(`\n${tableOf(lines)}`);
}

chaos().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
