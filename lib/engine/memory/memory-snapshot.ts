import { decodePayload } from '../../core/payload-codec.js';
import { formatJobId } from '../../core/job-id.js';
import type { JobSnapshot } from '../../core/job-snapshot.js';
import { PRIORITIES } from '../../core/priority.js';
import { Tombstone, type MemoryJob } from './memory-job.js';
import { summaryOf } from './memory-transitions.js';

export function snapshotOf(job: MemoryJob | Tombstone): JobSnapshot {
  const identity = {
    id: formatJobId(job),
    name: job.type,
    queue: job.queue,
    version: job.version,
    state: job.state,
    priority: PRIORITIES[job.level],
    ...(job.key !== undefined && { idempotencyKey: job.key }),
    enqueuedAt: job.enqueuedAt,
    life: job.life,
  };
  return job instanceof Tombstone
    ? {
        ...identity,
        ...(job.result !== undefined && { result: JSON.parse(job.result) as unknown }),
        endedAt: job.endedAt,
        attempt: 0,
        failures: 0,
        stalls: 0,
        cancelRequested: false,
        attempts: [],
        replays: [],
      }
    : {
        ...identity,
        payload: decodePayload(job.payload),
        ...(job.progress !== undefined && { progress: JSON.parse(job.progress) as unknown }),
        ...(job.due && { dueAt: job.due.at }),
        ...(job.expiry && { expiresAt: job.expiry.at }),
        ...(job.grave && { endedAt: job.grave.buriedAt, burial: summaryOf(job) }),
        attempt: job.attempt,
        ...(job.lease && { startedAt: job.lease.startedAt }),
        failures: job.failures,
        stalls: job.stalls,
        cancelRequested: job.cancelRequested,
        attempts: job.history?.records() ?? [],
        replays: job.history?.replays() ?? [],
      };
}
