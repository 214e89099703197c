import type { CreateHarness, EngineHarness } from '../../support/engine-harness.js';
import { EngineScene } from '../../support/engine-scene.js';
import { alertsContract } from './alerts.contract.js';
import { auditContract } from './audit.contract.js';
import { burialContract } from './burial.contract.js';
import { cancelContract } from './cancel.contract.js';
import { claimContract } from './claim.contract.js';
import { concurrencyContract } from './concurrency.contract.js';
import { cronContract } from './cron.contract.js';
import { cronOutcomesContract } from './cron-outcomes.contract.js';
import { deadCopiesContract } from './dead-copies.contract.js';
import { deadLettersContract } from './dead-letters.contract.js';
import { editedReplaysContract } from './edited-replays.contract.js';
import { enqueueContract } from './enqueue.contract.js';
import { expiryContract } from './expiry.contract.js';
import { figuresContract } from './figures.contract.js';
import { idempotencyContract } from './idempotency.contract.js';
import { findingContract } from './finding.contract.js';
import { groupsContract } from './groups.contract.js';
import { inspectionContract } from './inspection.contract.js';
import { leasesContract } from './leases.contract.js';
import { ledgerContract } from './ledger.contract.js';
import { limitsContract } from './limits.contract.js';
import { memoryPressureContract } from './memory-pressure.contract.js';
import { noHandlerContract } from './no-handler.contract.js';
import { onDeadContract } from './on-dead.contract.js';
import { outboxContract } from './outbox.contract.js';
import { pauseContract } from './pause.contract.js';
import { prioritiesContract } from './priorities.contract.js';
import { rateLimitContract } from './rate-limit.contract.js';
import { repeatsContract } from './repeats.contract.js';
import { replayPlansContract } from './replay-plans.contract.js';
import { retryContract } from './retry.contract.js';
import { settleContract } from './settle.contract.js';
import { stallsContract } from './stalls.contract.js';
import { stepsContract } from './steps.contract.js';
import { sweepContract } from './sweep.contract.js';
import { upkeepContract } from './upkeep.contract.js';
import { versionsContract } from './versions.contract.js';
import { wakeUpContract } from './wake-up.contract.js';
import { watchContract } from './watch.contract.js';
import type { SceneTest } from './scene-test.js';

const CONCEPTS: Readonly<Record<string, (it: SceneTest) => void>> = {
  enqueue: enqueueContract,
  'idempotency keys': idempotencyContract,
  claim: claimContract,
  priorities: prioritiesContract,
  settle: settleContract,
  retry: retryContract,
  burial: burialContract,
  outbox: outboxContract,
  'what onDead makes of the dead': onDeadContract,
  'leases and fencing': leasesContract,
  'stalls and suspects': stallsContract,
  cancel: cancelContract,
  expiry: expiryContract,
  'steps and progress': stepsContract,
  pause: pauseContract,
  'global concurrency': limitsContract,
  'rate limit': rateLimitContract,
  sweep: sweepContract,
  'jobs that nobody handles': noHandlerContract,
  watch: watchContract,
  'wake-up': wakeUpContract,
  'dead letters': deadLettersContract,
  'finding dead letters': findingContract,
  'groups of dead letters': groupsContract,
  'copies of dead letters': deadCopiesContract,
  'dead letters that take too much memory': memoryPressureContract,
  'edited replays': editedReplaysContract,
  'replay plans': replayPlansContract,
  cron: cronContract,
  'cron outcomes': cronOutcomesContract,
  audit: auditContract,
  inspection: inspectionContract,
  ledger: ledgerContract,
  figures: figuresContract,
  alerts: alertsContract,
  upkeep: upkeepContract,
  versions: versionsContract,
  'lost replies': repeatsContract,
  concurrency: concurrencyContract,
};

/** The specification of the engine port. An engine is one when it passes. */
export function engineContract(name: string, createHarness: CreateHarness): void {
  jest.setTimeout(30_000);

  describe(`the engine contract, kept by ${name}`, () => {
    for (const [concept, specify] of Object.entries(CONCEPTS)) {
      describe(concept, () => {
        let harness: EngineHarness | undefined;
        beforeAll(async () => {
          harness = await createHarness();
        });
        afterAll(() => harness?.close());

        specify((behaviour, test, timeout) => {
          it(
            behaviour,
            async () => {
              const scene = new EngineScene(harness!);
              await test(scene);
              await scene.checkLedger();
            },
            timeout,
          );
        });
      });
    }
  });
}
