import { createHash } from 'node:crypto';
import { keylessSlot, newOp, slotOfKey } from '../../lib/core/job-id.js';
import { priorityLevel, type JobPriority } from '../../lib/core/priority.js';
import type { EnqueueRequest } from '../../lib/engine/producer.port.js';

type Passed = Pick<EnqueueRequest, 'overrides' | 'delayMs' | 'dueAt' | 'expiresInMs' | 'repeat'>;

export interface RequestOptions extends Passed {
  readonly queue: string;
  readonly type?: string;
  readonly version?: number;
  readonly key?: string | number;
  readonly op?: string;
  readonly priority?: JobPriority;
  /** The JSON text itself. */
  readonly payload?: string;
}

export function requestOf(options: RequestOptions): EnqueueRequest {
  const {
    queue,
    type = 'task',
    version = 1,
    key,
    op = newOp(),
    priority = 'normal',
    payload = '{}',
    ...passed
  } = options;
  return {
    queue,
    type,
    version,
    op,
    slotKey: key === undefined ? keylessSlot(op) : slotOfKey(key),
    ...(key !== undefined && { key }),
    level: priorityLevel(priority),
    payload,
    payloadHash: key === undefined ? '-' : createHash('sha256').update(payload).digest('base64url').slice(0, 22),
    ...passed,
  };
}
