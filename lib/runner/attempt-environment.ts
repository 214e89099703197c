import type { Clock } from '../core/clock.js';
import type { JobEventBus } from '../core/job-event-bus.js';
import type { JobLogger } from '../core/job-logger.js';
import type { JobTracer } from '../core/job-tracer.js';
import type { Redactor } from '../core/redaction.js';
import type { JobConsumer } from '../engine/consumer.port.js';
import type { DeadlineQueue } from './deadline-queue.js';
import type { RunningAttempt } from './running-attempt.js';
import type { StoreClock } from '../core/store-clock.js';
import type { Zombies } from './zombies.js';

/** What an attempt needs around it; one for all attempts of a lane. */
export interface AttemptEnvironment {
  readonly engine: Pick<JobConsumer, 'record'>;
  readonly clock: Clock;
  readonly monotonic: () => number;
  readonly storeClock: StoreClock;
  readonly deadlines: DeadlineQueue;
  readonly zombies: Zombies;
  readonly bus: JobEventBus;
  readonly redactor: Redactor;
  readonly random: () => number;
  readonly logger: JobLogger;
  /** Of a job's own lines; the context is the job's name. */
  readonly loggerFor: (context: string) => JobLogger;
  readonly maxResultBytes: number;
  /** Absent where nobody follows attempts. */
  readonly tracer?: JobTracer;
  /** Its handler is about to run. */
  started(attempt: RunningAttempt): void;
  ended(attempt: RunningAttempt): void;
}
