// One contestant in a process of its own: goes through one scenario for each message, and answers with what it measured.
import type { Contestant, ContestantName } from './contestant.js';
import { bullmq } from './contestants/bullmq.js';
import { vigil } from './contestants/vigil.js';
import { RedisMeter } from './redis-meter.js';
import type { Sample, Size } from './scenario.js';
import { SCENARIOS, type ContestantSetup, type ScenarioName } from './scenarios.js';

export interface Task {
  readonly scenario: ScenarioName;
  readonly prefix: string;
  readonly size: Size;
}

export type Answer = { readonly sample: Sample } | { readonly failed: string } | { readonly given: readonly string[] };

const contestants: Record<ContestantName, Contestant> = { vigil, bullmq };

const { name, url, own } = JSON.parse(process.argv[2] ?? '{}') as ContestantSetup;
const contestant = contestants[name];
const meter = new RedisMeter({ url, own });

async function go({ scenario, prefix, size }: Task): Promise<Answer> {
  try {
    const sample = await SCENARIOS[scenario]({ contestant, url, prefix, meter }, size);
    await meter.clear(prefix);
    return { sample };
  } catch (error) {
    return { failed: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}

const tell = (answer: Answer): void => void process.send?.(answer);

process.on('message', (task: Task) => void go(task).then(tell));
process.once('disconnect', () => process.exit());
const shown = url.replace(/\/\/[^@/]*@/, '//…@');
tell({ given: contestant.describe({ url: shown, prefix: 'prefix', concurrency: 100, handle: () => undefined }) });
