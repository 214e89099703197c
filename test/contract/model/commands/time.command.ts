import { boolean, constant, integer, nat, oneof, record } from 'fast-check';
import { formatJobId } from '../../../../lib/core/job-id.js';
import type { SweepReport } from '../../../../lib/engine/maintenance.port.js';
import { eventually } from '../../../support/eventually.js';
import { ModelCommand } from '../model-command.js';
import type { StoreModel } from '../store.model.js';
import { someQueue } from '../story-places.js';
import { TICK_MS, TICKS_TO_FORGET } from '../story-stage.js';
import type { World } from '../world.js';

const NEVER_MS = 1e12;

export class AdvanceCommand extends ModelCommand {
  static readonly any = oneof(
    { weight: 8, arbitrary: integer({ min: 1, max: 4 }) },
    { weight: 1, arbitrary: constant(TICKS_TO_FORGET) },
  ).map((ticks) => new AdvanceCommand(ticks));

  constructor(private readonly ticks: number) {
    super();
  }

  override toString(): string {
    return `${this.ticks} ticks go by`;
  }

  protected async act(model: StoreModel, world: World): Promise<void> {
    await world.harness.elapse(this.ticks * TICK_MS);
    model.now += this.ticks * TICK_MS;
  }
}

/** Somebody keeps the queue in order; with `skip`, the reply to one of the calls of it gets lost. */
export class SweepCommand extends ModelCommand {
  static readonly any = record({ queue: someQueue, loses: boolean(), skip: nat(6) }).map(
    ({ queue, loses, skip }) => new SweepCommand(queue, loses ? skip : undefined),
  );

  constructor(
    private readonly queue: number,
    private readonly skip?: number,
  ) {
    super();
  }

  override toString(): string {
    return `sweep of q${this.queue}${this.skip === undefined ? '' : `, reply ${this.skip} lost`}`;
  }

  protected async act(model: StoreModel, world: World): Promise<void> {
    const queue = world.queues[this.queue];
    const options = { queue, worker: 'sweeper', noHandlerGraceMs: NEVER_MS, noHandlerAlertMs: NEVER_MS, intervalMs: 1 };
    await world.harness.elapse(3);
    const swept = async (): Promise<SweepReport | false> => {
      const report = await world.engine.sweep(options);
      return report.swept && report;
    };
    const made = (): Promise<SweepReport | false> => eventually(swept, { timeout: 60_000 });
    const report = await (this.skip === undefined ? made() : world.losing(made, this.skip));
    if (!report) throw new Error('no sweep was made');
    const promoted = model.promote(queue);
    const expired = model.expire(queue).map(({ ref }) => formatJobId(ref));
    const stalled = model.reclaim(queue).map(({ job, attempt, buried }) => {
      const { stalls, suspect, ref } = job;
      return { ...ref, attempt: attempt.attempt, stalls, suspect, buried, worker: attempt.lease.split('|')[1] };
    });
    // Who repeats a part of it can not tell what the lost reply told.
    if (this.skip !== undefined && world.harness.loseReply) return;
    expect(report.promoted).toBe(promoted);
    expect(report.expired.map(formatJobId).sort()).toEqual(expired.sort());
    expect(byId(report.stalled)).toEqual(byId(stalled));
    expect(report.noHandler).toEqual([]);
  }
}

function byId<T extends Parameters<typeof formatJobId>[0]>(jobs: readonly T[]): T[] {
  return [...jobs].sort((a, b) => (formatJobId(a) < formatJobId(b) ? -1 : 1));
}
