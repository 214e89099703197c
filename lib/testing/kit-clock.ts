import { ManualClock } from './manual-clock.js';

/** A manual clock that waits, before each step of time, for jobs to come as far as they can. */
export class KitClock extends ManualClock {
  /** Set by the kit. */
  beforeStep: () => Promise<void> = async () => undefined;

  protected override async settle(): Promise<void> {
    await super.settle();
    await this.beforeStep();
  }
}
