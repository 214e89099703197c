import { LeaseLostError } from '../core/handler-signals.js';
import { recordError } from '../core/record-error.js';
import type { StepWrite } from '../engine/consumer.port.js';
import type { AttemptEnvironment } from './attempt-environment.js';
import { pause, retryPause } from './pause.js';
import type { RunningAttempt } from './running-attempt.js';

/** Writes under the attempt's lease while its handler runs. */
export class AttemptWriter {
  private progressInFlight: Promise<void> | undefined;
  private nextProgress: { readonly text: string; readonly written: Promise<void> } | undefined;

  constructor(
    private readonly attempt: RunningAttempt,
    private readonly env: AttemptEnvironment,
  ) {}

  /**
   * Goes on until the store answers or the attempt is stopped: a step has taken effect already, and giving up on remembering it
   * would repeat it.
   *
   * @throws VigilError `LEASE_LOST`; the reason of the signal when the attempt ended meanwhile
   */
  async write(write: Pick<StepWrite, 'step' | 'progress'>): Promise<'ok' | 'too_large'> {
    for (let failures = 0; ; failures++) {
      try {
        const answer = await this.env.engine.record({ ...this.attempt.held, ...write });
        if (answer !== 'lease_lost') return answer;
        break;
      } catch (error) {
        const { stopped } = this.attempt;
        if (stopped) throw stopped;
        if (failures === 0 && write.step)
          this.tell(`step '${write.step.name}'`, 'not remembered yet; trying on', error);
        await pause(this.env.clock, retryPause(failures, this.env.random));
      }
    }
    this.attempt.loseLease();
    throw new LeaseLostError(this.attempt.job.id);
  }

  /** One write at a time; of what comes meanwhile only the last is written. It never fails a job, except by a lost lease. */
  writeProgress(text: string): Promise<void> {
    if (!this.progressInFlight)
      return (this.progressInFlight = this.progress(text).finally(() => (this.progressInFlight = undefined)));
    const written = this.nextProgress?.written ?? this.progressInFlight.then(() => this.writeProgress(this.takeNext()));
    this.nextProgress = { text, written };
    return written;
  }

  private takeNext(): string {
    const text = this.nextProgress?.text ?? '';
    this.nextProgress = undefined;
    return text;
  }

  private async progress(text: string): Promise<void> {
    let answer: string;
    try {
      answer = await this.env.engine.record({ ...this.attempt.held, progress: text });
    } catch (error) {
      return this.tell('progress', 'not written', error);
    }
    if (answer !== 'lease_lost') return;
    this.attempt.loseLease();
    throw new LeaseLostError(this.attempt.job.id);
  }

  private tell(what: string, fate: string, error: unknown): void {
    const { id, type } = this.attempt.job;
    const { name, message } = recordError(error, this.env.redactor);
    this.env.logger.warn(`${type}: ${what} of ${id} was ${fate}: ${name}: ${message}`);
  }
}
