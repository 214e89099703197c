import type { RecordedError } from './attempt.js';
import type { JobContext } from './job-context.js';
import type { DeadLetterSummary } from './job-snapshot.js';
import type { Json } from './json.js';
import type { JobPolicyOptions } from './job-policy.js';

/**
 * What an `onDead` method is told of the job that died: what a list shows of it, its payload and what it died of. `P` is the
 * payload's type.
 *
 * @example
 * class BillingService {
 *   constructor(private readonly payments: PaymentService) {}
 *
 *   @Job({ idempotencyKey: 'orderId', onDead: 'refund' })
 *   async charge(order: ChargeOrder): Promise<void> {
 *     await this.payments.charge(order, { idempotencyKey: order.orderId });
 *   }
 *
 *   async refund({ payload, reason }: DeadJob<ChargeOrder>, ctx: JobContext): Promise<void> {
 *     ctx.logger.log(`${payload.orderId} is given up: ${reason}`);
 *   }
 * }
 * @publicApi
 */
export interface DeadJob<P = unknown> extends DeadLetterSummary {
  /**
   * As it was sent: neither parsed by the schema nor brought to a newer version, because the job may have died of it. Absent where
   * the job was settled before this could be read.
   */
  readonly payload: Json<P>;
  /** What the last attempt of this life ended with, stack and causes included; absent where nothing is kept of it. */
  readonly error?: RecordedError;
}

/**
 * An `onDead` method with a policy of its own. What is not given is taken from the module's `defaults`; `owner`, `runbook` and
 * `severity` are the job's.
 *
 * @example
 * const refund: OnDeadOptions = { method: 'refund', maxRetries: 20, timeout: '2m' };
 * @publicApi
 */
export interface OnDeadOptions extends JobPolicyOptions {
  /** A method of the same class. */
  readonly method: string;
}

export type OnDeadMethod<P> = (dead: DeadJob<P>, ctx: JobContext) => Promise<unknown>;

const SUFFIX = ':onDead';

/** The job that `onDead` makes of each dead letter of a type. Told by the type alone, so that any process can enqueue it. */
export function onDeadJobName(type: string): string {
  return type + SUFFIX;
}
