import type { CronStore } from '../engine/cron.port.js';
import { CRON } from '../engine/figure-names.js';
import { FigureSender } from '../engine/figure-sender.js';
import type { JobFigures } from '../engine/figures.port.js';

export interface LocalOutcomesParts {
  /** Where slots are kept that are of this process alone. */
  readonly lane: {
    readonly store: Pick<CronStore, 'keptCron'>;
    all(): readonly { readonly queue: string }[];
  };
  /** Where the figures of all processes are added up. */
  readonly figures: Pick<JobFigures, 'addFigures'>;
}

/** Tells the store from time to time what became of slots that this process keeps to itself. What a crash finds untold is lost. */
export class LocalOutcomes {
  /** By queue and figure. */
  private readonly told = new Map<string, number>();

  private readonly sender: FigureSender;

  constructor(private readonly parts: LocalOutcomesParts) {
    this.sender = new FigureSender(parts.figures);
  }

  /** @throws what the store says; it is told the next time */
  async flush(): Promise<void> {
    const { lane } = this.parts;
    for (const queue of new Set(lane.all().map((entry) => entry.queue)))
      await this.sender.send(queue, () => this.newsOf(queue));
  }

  private async newsOf(queue: string): Promise<Map<string, number>> {
    const news = new Map<string, number>();
    for (const { name, outcomes } of await this.parts.lane.store.keptCron(queue)) {
      for (const [outcome, total] of Object.entries(outcomes)) {
        const figure = `${CRON}:${outcome}:${name}`;
        const before = this.told.get(`${queue} ${figure}`) ?? 0;
        // An entry that was forgotten and declared anew began at 0.
        const by = total < before ? total : total - before;
        this.told.set(`${queue} ${figure}`, total);
        if (by > 0) news.set(figure, by);
      }
    }
    return news;
  }
}
