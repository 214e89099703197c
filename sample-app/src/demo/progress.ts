import type { Screen } from './screen.js';
import { CHARGE_JOB, total, type JobFigures } from './job-figures.js';

const BAR_WIDTH = 30;
const LINE_EVERY_MS = 2_000;

/** A bar on a terminal; elsewhere a plain line every two seconds. */
export class Progress {
  private lastLineAt = 0;
  private lastLine = '';

  constructor(
    private readonly screen: Screen,
    private readonly orders: number,
  ) {}

  show(figures: readonly JobFigures[]): void {
    if (this.screen.interactive) this.screen.showStatus(`${this.bar(figures)} ${this.summary(figures)}`);
    else if (Date.now() - this.lastLineAt >= LINE_EVERY_MS) this.printLine(figures);
  }

  /** Takes the bar away and leaves a line in its place. */
  end(figures: readonly JobFigures[]): void {
    this.screen.showStatus('');
    this.printLine(figures);
  }

  private printLine(figures: readonly JobFigures[]): void {
    const line = `progress: ${this.summary(figures)}`;
    if (line !== this.lastLine) this.screen.print(line);
    this.lastLine = line;
    this.lastLineAt = Date.now();
  }

  private bar(figures: readonly JobFigures[]): string {
    const filled = Math.min(BAR_WIDTH, Math.floor((BAR_WIDTH * ended(figures)) / this.expected(figures)));
    return `[${'#'.repeat(filled)}${'.'.repeat(BAR_WIDTH - filled)}]`;
  }

  private summary(figures: readonly JobFigures[]): string {
    return `${ended(figures)} of ${this.expected(figures)} jobs ended, ${total(figures, 'retried')} retries, ${total(figures, 'buried')} buried`;
  }

  /** An order is three jobs, unless its card was refused. */
  private expected(figures: readonly JobFigures[]): number {
    const refused = figures.find((job) => job.name === CHARGE_JOB)?.buried ?? 0;
    return 3 * this.orders - 2 * refused;
  }
}

function ended(figures: readonly JobFigures[]): number {
  return total(figures, 'completed') + total(figures, 'buried');
}
