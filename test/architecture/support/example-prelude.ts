// What examples in README, docs and doc comments may use without saying where it comes from.
import type { CanActivate, INestApplication, Logger } from '@nestjs/common';
import { z } from 'zod';
import type { JobClient } from '../../../lib/client/job.client.js';
import type { EnqueueReceipt } from '../../../lib/client/enqueue.options.js';
import type { QueueService } from '../../../lib/client/queue.service.js';
import type { JobContext } from '../../../lib/core/job-context.js';
import type { DeadLetterService } from '../../../lib/dead-letters/dead-letter.service.js';
import type { JobEvents } from '../../../lib/monitoring/events/job-events.js';
import type { JobWorker } from '../../../lib/runner/worker.js';
import type { ManualClock } from '../../../lib/testing/manual-clock.js';
import type { VigilTesting } from '../../../lib/testing/vigil-testing.js';

export { z };

export interface ChargeOrder {
  orderId: string;
  amount: number;
  customer?: string;
}

export interface Receipt {
  payment: string;
}

export interface Mail {
  to: string;
  subject: string;
}

/** Not a job: the payment provider's client. */
export declare class PaymentService {
  charge(order: ChargeOrder, request?: { idempotencyKey?: string; signal?: AbortSignal }): Promise<string>;
}

export interface ShipOrder {
  orderId: string;
}

/** Not a job either. */
export declare class StockService {
  take(orderId: string): Promise<void>;
  putBack(orderId: string, request?: { idempotencyKey?: string }): Promise<void>;
}

/** Jobs, with handlers whose decorators stand elsewhere. */
export declare class BillingService {
  charge(order: ChargeOrder, ctx: JobContext): Promise<Receipt>;
}

export declare class MailService {
  send(mail: Mail): Promise<void>;
  digest(digest: { week: number }): Promise<void>;
}

export declare class CardDeclinedError extends Error {}

/** Of the application: lets in who looks after jobs. */
export declare class OpsGuard implements CanActivate {
  canActivate(): boolean;
}
export declare function isOnDuty(user: unknown): boolean;

export declare const app: INestApplication;
export declare const logger: Logger;
export declare const jobs: JobClient;
export declare const queues: QueueService;
export declare const deadLetters: DeadLetterService;
export declare const events: JobEvents;
export declare const worker: JobWorker;
export declare const clock: ManualClock;
export declare const vigil: VigilTesting;
export declare const ctx: JobContext;
export declare const context: JobContext;
export declare const payments: PaymentService;
export declare const pager: { page(id: string): void };
export declare const metrics: { count(name: string): void };
export declare const upload: { abort(): Promise<void> };
export declare const report: { status: 'pending' | 'ready' };
export declare function cleanUp(): Promise<void>;
export declare function saveCursor(): Promise<void>;

export const orderSchema = z.object({ orderId: z.string(), amount: z.number() });
export declare const order: ChargeOrder;
export declare const mails: Mail[];
export declare const digest: { week: number };
export declare const receipt: EnqueueReceipt;
export declare const id: string;
export declare const error: unknown;

/** What a class of which an example shows only some members was given. */
export interface ExampleFields {
  readonly payments: PaymentService;
  readonly metrics: typeof metrics;
}
