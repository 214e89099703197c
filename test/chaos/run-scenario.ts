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

const MOST_TOLD = 20;

/** Lets the fault strike, waits until all is over, and judges. */
export async function runScenario(scenario: Scenario, size: Size, seed: number): Promise<ScenarioRun> {
  const began = machineNow();
  const { name, server, commandTimeoutMs } = scenario;
  const field = await Field.open({ seed, server, commandTimeoutMs });
  let kept = true;
  try {
    const note = await attempted(field, () => scenario.run(field, size));
    const engine = await field.engine();
    await attempted(field, () => field.untilDone(engine));
    const entries = field.history.all();
    const { accepted, unknown, refused } = booksOf(entries);
    const census = await takeCensus(engine, new Set([...accepted.keys(), ...unknown, ...refused]));
    const { row, violations } = judge(entries, census);
    const all = [...field.complaints, ...violations];
    kept = all.length > 0;
    const line = { name, row, seconds: (machineNow() - began) / 1_000, note };
    return { line, violations: kept ? [...all.slice(0, MOST_TOLD), `seed ${seed}, history in ${field.dir}`] : [] };
  } finally {
    await field.close({ keepHistory: kept });
  }
}

/** What goes on for ever, or ends otherwise than it should, is one more complaint: why, the judge may know. */
async function attempted<T>(field: Field, step: () => Promise<T>): Promise<T | undefined> {
  try {
    return await step();
  } catch (error) {
    field.complaints.push((error as Error).message);
    return undefined;
  }
}
