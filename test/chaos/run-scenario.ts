import { machineNow } from './history/happening.js';
import { Field } from './field.js';
import type { Scenario, Size } from './scenario.js';
import { booksOf } from './verdict/books.js';
import { takeCensus } from './verdict/census.js';
import { judge } from './verdict/checker.js';
import type { Line } from './verdict/row.js';

export interface ScenarioRun {
  readonly line: Line;
  /** Broken promises; the last one says where the history is. */
  readonly violations: readonly string[];
}

/** Lets the fault strike, waits until all is over, and judges. */
export async function runScenario(scenario: Scenario, size: Size, seed: number): Promise<ScenarioRun> {
  const began = machineNow();
  const { name, server, commandTimeoutMs } = scenario;
  const field = await Field.open({ seed, server, commandTimeoutMs });
  let kept = true;
  try {
    const note = await scenario.run(field, size);
    const engine = await field.engine();
    await field.untilDone(engine);
    const entries = field.history.all();
    const { accepted, unknown, refused } = booksOf(entries);
    const census = await takeCensus(engine, new Set([...accepted.keys(), ...unknown, ...refused]));
    const { row, violations } = judge(entries, census);
    const all = [...violations, ...field.complaints];
    kept = all.length > 0;
    const line = { name, row, seconds: (machineNow() - began) / 1_000, note };
    return { line, violations: kept ? [...all.slice(0, 20), `seed ${seed}, history in ${field.dir}`] : [] };
  } catch (error) {
    throw new Error(`${name}, seed ${seed}, history in ${field.dir}: ${(error as Error).message}`, { cause: error });
  } finally {
    await field.close({ keepHistory: kept });
  }
}
