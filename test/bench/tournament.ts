import { randomUUID } from 'node:crypto';
import { CONTESTANTS, type ContestantName } from './contestant.js';
import { ContestantProcess } from './contestant-process.js';
import type { Size } from './scenario.js';
import { ALONE, ALTERNATING, type ContestantSetup, type ScenarioName } from './scenarios.js';

export interface Outcome {
  readonly figures: Record<string, number[]>;
  /** Jobs handled in all rounds, each exactly once. */
  delivered: number;
}

export type Outcomes = Readonly<Record<ContestantName, Outcome>>;

/** Lets the contestants take turns, each in a process of its own that stays alive, so that its code is warm. */
export class Tournament {
  private readonly prefix = `bench-${randomUUID()}`;
  private runs = 0;

  private constructor(
    private readonly processes: Readonly<Record<ContestantName, ContestantProcess>>,
    private readonly size: Size,
    private readonly tell: (line: string) => void,
  ) {}

  static async open(
    place: Omit<ContestantSetup, 'name'>,
    size: Size,
    tell: (line: string) => void,
  ): Promise<Tournament> {
    const vigil = await ContestantProcess.start({ name: 'vigil', ...place });
    try {
      const bullmq = await ContestantProcess.start({ name: 'bullmq', ...place });
      return new Tournament({ vigil, bullmq }, size, tell);
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
    const outcomes = { vigil: { figures: {}, delivered: 0 }, bullmq: { figures: {}, delivered: 0 } };
    for (let round = 0; round <= this.size.rounds; round++) {
      this.tell(round === 0 ? 'warming up' : `round ${round} of ${this.size.rounds}`);
      // Whoever comes first does so only every other time.
      const order = round % 2 === 0 ? CONTESTANTS : [...CONTESTANTS].reverse();
      for (const scenario of Object.keys(ALTERNATING) as ScenarioName[]) {
        for (const name of order) await this.run(name, scenario, round === 0 ? undefined : outcomes[name]);
      }
    }
    for (const scenario of Object.keys(ALONE) as ScenarioName[]) {
      this.tell(scenario);
      await this.run('vigil', scenario, outcomes.vigil);
    }
    return outcomes;
  }

  async close(): Promise<void> {
    await Promise.all(CONTESTANTS.map((name) => this.processes[name].stop()));
  }

  private async run(name: ContestantName, scenario: ScenarioName, outcome: Outcome | undefined): Promise<void> {
    const prefix = `${this.prefix}-${++this.runs}`;
    const { figures, delivered } = await this.processes[name].run({ scenario, prefix, size: this.size });
    if (!outcome) return;
    outcome.delivered += delivered;
    for (const [figure, values] of Object.entries(figures)) (outcome.figures[figure] ??= []).push(...values);
  }
}
