import type { JobConsumer } from './consumer.port.js';
import type { CronStore } from './cron.port.js';
import type { JobDeadLetters } from './dead-letter.port.js';
import type { JobAlerts } from './alert.port.js';
import type { JobFigures } from './figures.port.js';
import type { JobInspector } from './inspector.port.js';
import type { JobLedger } from './ledger.port.js';
import type { JobMaintenance } from './maintenance.port.js';
import type { LockStore } from './lock-store.port.js';
import type { JobProducer } from './producer.port.js';
import type { ReplayPlans } from './replay-plan.port.js';
import type { StoreWatch } from './store-health.port.js';

/** What the store is, for the log line at boot and the health check. */
export interface EngineReport {
  readonly engine: 'memory' | 'redis';
  /** What an accepted job survives: said at boot. */
  readonly durability: string;
  readonly warnings: readonly string[];
}

/** A store of jobs. Everybody sees only the part that is theirs. */
export interface JobEngine
  extends
    JobProducer,
    JobConsumer,
    JobMaintenance,
    JobInspector,
    JobDeadLetters,
    ReplayPlans,
    JobLedger,
    JobFigures,
    JobAlerts,
    CronStore,
    StoreWatch {
  /** Where the locks of cron entries are kept, if other processes see them there. */
  readonly locks?: LockStore;

  /**
   * Connects and checks that the store is fit for jobs.
   * @throws VigilError `REDIS_UNREACHABLE`, `REDIS_TOO_OLD`, `REDIS_EVICTION_POLICY`, each with the cure
   */
  open(): Promise<EngineReport>;

  /** Gives up connections and timers. Nothing may be asked of it afterwards. */
  close(): Promise<void>;
}
