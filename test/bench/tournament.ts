import { randomUUID } from 'node:crypto';
import { CONTESTANTS, type ContestantName } from './contestant.js';
import { ContestantProcess } from './contestant-process.js';
import type { BenchPlan } from './bench-plan.js';
import { RedisMeter } from './redis-meter.js';
import type { Size } from './scenario.js';
import { ALONE, ALTERNATING, type ContestantSetup, type ScenarioName } from './scenarios.js';

/** As many jobs as in a round: with less, the first rounds still measure the compiler. */
const WARM_UPS = 2;

export interface Outcome {
  readonly figures: Record<string, number[]>;
  /** Jobs handled in all rounds, each exactly once. */
  delivered: number;
}

export interface Outcomes extends Readonly<Record<ContestantName, Outcome>> {
  /** Fewer than planned, when time ran out. */
  readonly rounds: number;
}

/** Lets the contestants take turns, each in a process of its own that stays alive, so that its code is warm. */
export class Tournament {
  private constructor(
    private readonly processes: Readonly<Record<ContestantName, ContestantProcess>>,
    private readonly place: Omit<ContestantSetup, 'name'>,
    private readonly prefix: string,
    private readonly plan: Pick<BenchPlan, 'size' | 'scenarios' | 'withinMs'>,
    private readonly tell: (line: string) => void,
  ) {}

  static async open(
    place: Omit<ContestantSetup, 'name'>,
    plan: Pick<BenchPlan, 'size' | 'scenarios' | 'withinMs'>,
    tell: (line: string) => void,
  ): Promise<Tournament> {
    const vigil = await ContestantProcess.start({ name: 'vigil', ...place });
    try {
      const bullmq = await ContestantProcess.start({ name: 'bullmq', ...place });
      return new Tournament({ vigil, bullmq }, place, prefixOn(place), plan, tell);
    } catch (error) {
      await vigil.stop();
      throw error;
    }
  }

  given(name: ContestantName): readonly string[] {
    return this.processes[name].given;
  }

  /** @throws Error as soon as a contestant fails, or delivers otherwise than exactly */
  async play(): Promise<Outcomes> {
    const { size, withinMs = Infinity } = this.plan;
    const outcomes = { vigil: { figures: {}, delivered: 0 }, bullmq: { figures: {}, delivered: 0 } };
    this.tell('warming up');
    for (let n = 0; n < WARM_UPS; n++) await this.round(n, { ...size, pickups: 1 });
    for (const scenario of this.planned(ALONE)) {
      this.tell(scenario);
      await this.run('vigil', scenario, size, outcomes.vigil);
    }
    let [rounds, longest] = [0, 0];
    const most = this.planned(ALTERNATING).length > 0 ? size.rounds : 0;
    while (rounds < most && (rounds === 0 || performance.now() + longest < withinMs)) {
      const began = performance.now();
      this.tell(`round ${++rounds} of ${most}`);
      await this.round(rounds, size, outcomes);
      longest = Math.max(longest, performance.now() - began);
    }
    return { ...outcomes, rounds };
  }

  /** Ends the processes, whatever they are doing. */
  async stop(): Promise<void> {
    await Promise.all(CONTESTANTS.map((name) => this.processes[name].stop()));
  }

  async close(): Promise<void> {
    await this.stop();
    if (this.place.own) return;
    // A round that was cut short leaves something behind.
    const meter = new RedisMeter(this.place);
    await meter.clear(this.prefix);
    meter.close();
  }

  private async round(number: number, size: Size, outcomes?: Readonly<Record<ContestantName, Outcome>>): Promise<void> {
    // Whoever comes first does so only every other time.
    const order = number % 2 === 0 ? CONTESTANTS : [...CONTESTANTS].reverse();
    for (const scenario of this.planned(ALTERNATING)) {
      for (const name of order) await this.run(name, scenario, size, outcomes?.[name]);
    }
  }

  private planned(scenarios: object): ScenarioName[] {
    return this.plan.scenarios.filter((name) => name in scenarios);
  }

  private async run(
    name: ContestantName,
    scenario: ScenarioName,
    size: Size,
    outcome: Outcome | undefined,
  ): Promise<void> {
    const { figures, delivered } = await this.processes[name].run({ scenario, prefix: this.prefix, size });
    if (!outcome) return;
    outcome.delivered += delivered;
    for (const [figure, values] of Object.entries(figures)) (outcome.figures[figure] ??= []).push(...values);
  }
}

/**
 * Every key of a job begins with it, so it is as long as the prefix that either has by default. Where others have keys,
 * it must be unlike any of theirs.
 */
function prefixOn({ own }: Pick<ContestantSetup, 'own'>): string {
  return own ? 'bench' : `bench-${randomUUID()}`;
}
