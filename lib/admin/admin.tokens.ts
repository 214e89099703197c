import type { WorkerAnnouncement } from '../engine/consumer.port.js';

/** The same in every copy of the package, as all tokens are. */
export const ADMIN_SETTINGS = Symbol.for('nestjs-vigil:admin');
/** Where the admin writes what went wrong. */
export const ADMIN_LOGGER = Symbol.for('nestjs-vigil:admin-logger');
/** Before anybody asks for a document, the routes are described. */
export const ADMIN_DOCUMENT = Symbol.for('nestjs-vigil:admin-document');
/** Who works is known to the runner, which the admin does not know. */
export const ADMIN_WORKERS = Symbol.for('nestjs-vigil:admin-workers');

export interface ListedWorker extends WorkerAnnouncement {
  readonly queues: readonly string[];
  readonly leaseUntil: number;
}

export interface WorkerList {
  list(): Promise<readonly ListedWorker[]>;
}
