import type { Clock } from '../../core/clock.js';
import type { JobContext } from '../../core/job-context.js';
import type { JobEventBus } from '../../core/job-event-bus.js';
import { parseJobId } from '../../core/job-id.js';
import { recordError } from '../../core/record-error.js';
import type { Redactor } from '../../core/redaction.js';

type Rejection = (reason: unknown) => void;

/** Of all applications in this process. */
const ours = new Set<Rejection>();

export interface LateRejectionParts {
  readonly currentJob: () => JobContext | undefined;
  readonly bus: JobEventBus;
  readonly clock: Clock;
  readonly redactor: Redactor;
}

/**
 * Traces a promise that nobody awaited and that was rejected, most often after its attempt had ended, to the job whose handler made
 * it. It is reported instead of ending the process; what belongs to no job does what it always did.
 */
export class LateRejections {
  constructor(private readonly parts: LateRejectionParts) {}

  open(): void {
    ours.add(this.rejected);
    process.on('unhandledRejection', this.rejected);
  }

  close(): void {
    ours.delete(this.rejected);
    process.off('unhandledRejection', this.rejected);
  }

  private readonly rejected: Rejection = (reason) => {
    const { currentJob, bus, clock, redactor } = this.parts;
    const [first] = ours;
    if (first !== this.rejected) return;
    const job = currentJob();
    if (job) {
      const { id, name, attempt } = job;
      const { queue } = parseJobId(id);
      const error = recordError(reason, redactor);
      bus.emit({ type: 'job.late-rejection', at: clock.now(), id, name, queue, attempt, error });
      return;
    }
    // By listening alone we would keep Node from ending the process, which is what somebody may count on.
    if (process.listenerCount('unhandledRejection') > ours.size) return;
    setImmediate(() => {
      throw reason;
    });
  };
}
