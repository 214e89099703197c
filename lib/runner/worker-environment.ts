import type { Clock } from '../core/clock.js';
import type { JobEventBus } from '../core/job-event-bus.js';
import type { JobLogger } from '../core/job-logger.js';
import type { JobTracer } from '../core/job-tracer.js';
import type { Redactor } from '../core/redaction.js';
import type { JobConsumer } from '../engine/consumer.port.js';
import type { DeadlineQueue } from './deadline-queue.js';
import type { SuspectSeat } from './suspect-seat.js';
import type { WorkerIdentity } from './worker-identity.js';
import type { Zombies } from './zombies.js';

/** What the lanes of one worker share. */
export interface WorkerEnvironment {
  readonly engine: JobConsumer;
  readonly worker: WorkerIdentity;
  readonly clock: Clock;
  readonly monotonic: () => number;
  readonly deadlines: DeadlineQueue;
  readonly zombies: Zombies;
  readonly suspects: SuspectSeat;
  readonly bus: JobEventBus;
  readonly redactor: Redactor;
  readonly random: () => number;
  readonly logger: JobLogger;
  readonly loggerFor: (context: string) => JobLogger;
  readonly maxResultBytes: number;
  readonly tracer?: JobTracer;
  readonly pollMs: number;
  readonly leaseMs: number;
  readonly retentionMs: number;
}
