import { STORE_ALERTS } from '../../engine/alert.port.js';
import type { JobLedger } from '../../engine/ledger.port.js';
import type { StoreHealth, StoreWatch } from '../../engine/store-health.port.js';
import { FiguresReader } from '../metrics/figures-reader.js';
import type { MonitorTask, OwnDuty } from '../rounds/monitor-rounds.js';
import type { AlertBook } from './alert-book.js';
import type { AlertDelivery } from './alert-delivery.js';
import type { AlertSettings } from './alert-settings.js';
import { queueConditions } from './queue-conditions.js';
import { readSignals, type SignalSource } from './queue-signals.js';
import { storeConditions } from './store-conditions.js';

const STORE_EVERY_MS = 4_000;

export interface AlertTaskParts {
  readonly engine: SignalSource & StoreWatch & Pick<JobLedger, 'takeDuty'>;
  readonly settings: AlertSettings;
  readonly book: AlertBook;
  readonly delivery: AlertDelivery;
}

/** Looks by the rules what is wrong with a queue, and tells what is to be told. */
export function queueAlerts({ engine, settings, book, delivery }: AlertTaskParts): MonitorTask {
  const reader = new FiguresReader(engine);
  return {
    name: 'alerts',
    everyMs: 0,
    run: async (queue) => {
      await book.reconcile(queue, await queueConditions(await readSignals(engine, reader, queue), settings));
      await delivery.deliver(queue);
    },
  };
}

/** The same for the store itself. */
export function storeAlerts({ engine, settings, book, delivery }: AlertTaskParts): OwnDuty {
  let first: StoreHealth | undefined;
  return async () => {
    first ??= await engine.health();
    if (!(await engine.takeDuty(STORE_ALERTS, 'round', STORE_EVERY_MS))) return;
    await book.reconcile(STORE_ALERTS, storeConditions(await engine.health(), first, settings));
    await delivery.deliver(STORE_ALERTS);
  };
}
