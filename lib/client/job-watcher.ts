import type { Clock } from '../core/clock.js';
import { JobCancelledError } from '../core/handler-signals.js';
import { parseJobId } from '../core/job-id.js';
import type { JobEnd, JobProducer } from '../engine/producer.port.js';
import { JobDeadError, JobUnknownError, ResultNotKeptError, WaitTimeoutError } from './wait.errors.js';

/** Waits for a job's end, wherever it runs. */
export class JobWatcher {
  constructor(
    private readonly engine: Pick<JobProducer, 'watch'>,
    private readonly clock: Clock,
  ) {}

  async resultOf(id: string, timeoutMs: number): Promise<unknown> {
    const ref = parseJobId(id);
    const giveUp = new AbortController();
    const cancelTimer = this.clock.schedule(timeoutMs, () => giveUp.abort(new WaitTimeoutError(id, timeoutMs)));
    try {
      return outcome(id, await this.engine.watch(ref, giveUp.signal));
    } finally {
      cancelTimer();
    }
  }
}

function outcome(id: string, end: JobEnd | 'unknown'): unknown {
  if (end === 'unknown') throw new JobUnknownError(id);
  switch (end.state) {
    case 'completed':
      if (end.result === undefined) throw new ResultNotKeptError(id);
      return JSON.parse(end.result);
    case 'cancelled':
      throw new JobCancelledError(id);
    case 'dead':
    case 'resolved':
      throw new JobDeadError(id, end);
  }
}
