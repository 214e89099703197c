import type { Clock } from '../core/clock.js';
import type { JobEventBus } from '../core/job-event-bus.js';
import { NAME_PATTERN } from '../core/job-id.js';
import { namedActor } from '../core/named-actor.js';
import { VigilError } from '../core/vigil.error.js';
import type { Actor, JobInspector, PauseTarget, QueueStats } from '../engine/inspector.port.js';

/**
 * A whole queue by its name, or one job type of it.
 *
 * @example
 * const target: QueueTarget = { queue: 'billing', name: 'billing.charge' };
 * @publicApi
 */
export type QueueTarget = string | { readonly queue: string; readonly name?: string };

/**
 * The queues: how full they are, and whether they move. A paused queue or job type accepts jobs and starts none; what runs goes on.
 *
 * @example
 * class MaintenanceService {
 *   constructor(private readonly queues: QueueService) {}
 *
 *   async stopBilling(): Promise<void> {
 *     await this.queues.pause('billing', { actor: 'ada@example.org', reason: 'the bank is down' });
 *   }
 * }
 * @publicApi
 */
export class QueueService {
  /** @internal built by the module */
  constructor(
    private readonly engine: Pick<JobInspector, 'queues' | 'stats' | 'setPaused'>,
    private readonly bus: JobEventBus,
    private readonly clock: Clock,
  ) {}

  /** Every queue that ever had a job, by name, with the figures of each of its job types. */
  async list(): Promise<QueueStats[]> {
    const queues = await this.engine.queues();
    return Promise.all(queues.map((queue) => this.engine.stats(queue)));
  }

  /** @throws VigilError `ACTOR_AND_REASON_REQUIRED`, `QUEUE_NAME_INVALID` */
  async pause(target: QueueTarget, by: Actor): Promise<void> {
    await this.set(target, true, by);
  }

  /** @throws VigilError `ACTOR_AND_REASON_REQUIRED`, `QUEUE_NAME_INVALID` */
  async resume(target: QueueTarget, by: Actor): Promise<void> {
    await this.set(target, false, by);
  }

  private async set(target: QueueTarget, paused: boolean, by: Actor): Promise<void> {
    const place = `QueueService.${paused ? 'pause' : 'resume'}`;
    const { queue, type } = checkedTarget(target, place);
    const { actor, reason } = namedActor(by, place);
    await this.engine.setPaused({ queue, type }, paused, { actor, reason });
    const event = paused ? 'queue.paused' : 'queue.resumed';
    if (this.bus.wants(event))
      this.bus.emit({
        type: event,
        at: this.clock.now(),
        queue,
        ...(type === undefined ? {} : { name: type }),
        actor,
        reason,
      });
  }
}

function checkedTarget(target: QueueTarget, place: string): PauseTarget {
  const { queue, name }: { queue?: string; name?: string } =
    typeof target === 'string' ? { queue: target } : (target ?? {});
  for (const given of [queue ?? '', name ?? 'absent']) {
    if (NAME_PATTERN.test(given)) continue;
    throw new VigilError(
      'QUEUE_NAME_INVALID',
      `${place}: '${given}' names no queue or job. Give a queue's name, or { queue, name } for one job type of it.`,
    );
  }
  return { queue: queue, type: name };
}
