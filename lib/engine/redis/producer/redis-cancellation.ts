import { formatJobId, type JobRef } from '../../../core/job-id.js';
import type { JobState } from '../../../core/job-state.js';
import type { Actor } from '../../inspector.port.js';
import type { CancelOutcome } from '../../producer.port.js';
import { CANCELLED_WINDOW_MS } from '../../store-limits.js';
import type { OperationRing } from '../operations/operation-ring.js';
import type { RedisConnection } from '../connection/redis-connection.js';
import { innerId, placeOf, type RedisKeys } from '../redis-keys.js';
import type { RedisSubscriptions } from '../connection/redis-subscriptions.js';

/** Takes jobs back: at once what has not begun, by a wish what runs. */
export class RedisCancellation {
  constructor(
    private readonly connection: RedisConnection,
    private readonly keys: RedisKeys,
    private readonly ring: OperationRing,
    private readonly subscriptions: RedisSubscriptions,
  ) {}

  async cancel(ref: JobRef, by?: Actor): Promise<CancelOutcome> {
    const keys = this.keys.queue(ref.queue);
    const own = [this.ring.key(keys), keys.audit, keys.record(placeOf(ref))];
    const [status, state] = await this.ring.run(ref.queue, (operation) =>
      this.connection.run<[CancelOutcome['status'], JobState | '']>('cancel', keys, own, [
        ...operation,
        innerId(ref),
        CANCELLED_WINDOW_MS,
        ...(by ? [formatJobId(ref), by.actor, by.reason] : []),
      ]),
    );
    return { status, ...(state !== '' && { state }) };
  }

  /** Hears of wishes that concern running jobs, from whatever process. */
  onRequest(queue: string, listener: (ref: JobRef) => void): Promise<() => Promise<void>> {
    return this.subscriptions.add(this.keys.queue(queue).cancellations, (message) => {
      const [type = '', slotKey = '', op = ''] = message.split('~');
      listener({ queue, type, slotKey, op });
    });
  }
}
