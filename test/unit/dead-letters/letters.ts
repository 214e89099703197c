import type { JobRegistry } from '../../../lib/core/job-registry.js';
import { noRedaction } from '../../../lib/core/redaction.js';
import { DeadLetterService } from '../../../lib/dead-letters/dead-letter.service.js';
import { DeadLetterPlans } from '../../../lib/dead-letters/plans/dead-letter-plans.js';
import { PlanRunner } from '../../../lib/dead-letters/plans/plan-runner.js';
import { resolvedWindow } from '../../../lib/dead-letters/resolved-window.js';
import type { JobEngine } from '../../../lib/engine/engine.port.js';
import type { Scene } from '../runner/scene.js';

interface LetterOptions {
  readonly registry?: JobRegistry;
  readonly maxPayloadBytes?: number;
  readonly engine?: JobEngine;
  /** Look for the plans of others. */
  readonly pollMs?: number;
}

/** What an application gets for its dead letters, and what carries its plans out. */
export function lettersOf(
  scene: Scene,
  { registry = scene.registry, maxPayloadBytes = 1_048_576, engine = scene.engine, pollMs }: LetterOptions = {},
): { deadLetters: DeadLetterService; runner: PlanRunner } {
  const { clock, bus } = scene;
  const write = (line: string): unknown => scene.lines.push(line);
  const logger = { log: write, warn: write, error: write, debug: write };
  const runner = new PlanRunner({
    ...{ engine, clock, bus, logger, redactor: noRedaction },
    windowOf: (type) => resolvedWindow(registry, type),
    ...(pollMs !== undefined && { pollMs }),
  });
  const plans = new DeadLetterPlans({ engine, clock, runner });
  return { deadLetters: new DeadLetterService({ engine, registry, bus, clock, maxPayloadBytes, plans }), runner };
}
