import { CronJob, type CronTime } from 'cron';

/** What somebody does to an entry through its `CronJob`. */
export interface CronHandleParts {
  readonly name: string;
  readonly cronTime: string | Date;
  readonly zone: { readonly timeZone: string } | { readonly utcOffset: number };
  readonly isActive: () => boolean;
  readonly lastRun: () => Date | null;
  readonly start: () => void;
  readonly stop: () => void;
  readonly setTime: (time: CronTime) => void;
  readonly fire: () => Promise<void>;
}

/**
 * The `CronJob` by which an entry is seen in the `SchedulerRegistry`. It has no timer: what is done to it is done to the entry, which
 * goes by the store's clock.
 */
export class CronHandle extends CronJob {
  private parts: CronHandleParts | undefined;

  constructor(parts: CronHandleParts) {
    const { name, cronTime, zone } = parts;
    const nothing = (): void => undefined;
    if ('timeZone' in zone) super(cronTime, nothing, null, false, zone.timeZone);
    else super(cronTime, nothing, null, false, null, null, false, zone.utcOffset);
    this.name = name;
    this.parts = parts;
  }

  override get isActive(): boolean {
    return this.parts?.isActive() ?? false;
  }

  override start(): void {
    this.parts?.start();
  }

  override stop(): undefined {
    this.parts?.stop();
  }

  /** For all instances until the next one starts: it counts as a newer definition of the entry. */
  override setTime(time: CronTime): void {
    this.parts?.setTime(time);
    this.cronTime = time;
  }

  /** Runs the entry now, through its lock. */
  override async fireOnTick(): Promise<void> {
    await this.parts?.fire();
  }

  override lastDate(): Date | null {
    return this.parts?.lastRun() ?? null;
  }
}
