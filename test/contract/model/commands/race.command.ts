import { integer, nat, record } from 'fast-check';
import { requestOf } from '../../../support/engine-request.js';
import { compareClaims } from '../compare-claims.js';
import { ModelCommand } from '../model-command.js';
import { pickOf } from '../pick-of.js';
import type { ModelJob } from '../model-job.js';
import type { Ending, StoreModel } from '../store.model.js';
import { someQueue } from '../story-places.js';
import { LINES, TICK_MS, TIMEOUT_MS } from '../story-stage.js';
import type { World } from '../world.js';
import { settlementOf } from './turn.command.js';

/** Two clients enqueue the same key at the same time. */
export class EnqueueRaceCommand extends ModelCommand {
  static readonly any = someQueue.map((queue) => new EnqueueRaceCommand(queue));

  constructor(private readonly queue: number) {
    super();
  }

  override toString(): string {
    return `two enqueue at once into q${this.queue}`;
  }

  protected async act(model: StoreModel, world: World): Promise<void> {
    const queue = world.queues[this.queue];
    const requests = [LINES[0], LINES[1]].map((line) => requestOf({ queue, ...line, key: 'k' }));
    const [[one], [two]] = await Promise.all([
      world.engine.enqueue([requests[0]]),
      world.harness.second.enqueue([requests[1]]),
    ]);
    const inOrder = two.status === 'created' ? [1, 0] : [0, 1];
    for (const n of inOrder) expect([one, two][n]).toEqual(model.enqueue(requests[n]));
  }
}

/** Two workers ask for work at the same time. */
export class ClaimRaceCommand extends ModelCommand {
  static readonly any = record({ queue: someQueue, slots: integer({ min: 1, max: 3 }) }).map(
    ({ queue, slots }) => new ClaimRaceCommand(queue, slots),
  );

  constructor(
    private readonly queue: number,
    private readonly slots: number,
  ) {
    super();
  }

  override toString(): string {
    return `two claim ${this.slots} each at once from q${this.queue}`;
  }

  protected async act(model: StoreModel, world: World): Promise<void> {
    const queue = world.queues[this.queue];
    const demand = LINES.map((line) => ({ ...line, quota: 9, timeoutMs: TIMEOUT_MS }));
    const claim = { slots: this.slots, demand, lowestFirst: false, takeSuspect: true };
    const hands = [world.hand(this.queue, 0), world.hand(this.queue, 1)];
    const answers = await Promise.all(
      hands.map((hand, n) => (n === 0 ? hand.worker : hand.again).claim({ ...claim, seq: ++hand.seq })),
    );
    model.promote(queue);
    // Whoever came first has the lower token; who got nothing came last.
    const order = answers.sort((a, b) => (a[0]?.fencingToken ?? Infinity) - (b[0]?.fencingToken ?? Infinity));
    for (const claimed of order) compareClaims(model, { ...claim, queue }, claimed);
  }
}

/** The same attempt is reported on twice at the same time, differently. */
export class SettleRaceCommand extends ModelCommand {
  static readonly any = nat(999).map((pick) => new SettleRaceCommand(pick));

  constructor(private readonly pick: number) {
    super();
  }

  override toString(): string {
    return `two settle #${this.pick} at once`;
  }

  protected override isPossible(model: StoreModel): boolean {
    return active(model).length > 0;
  }

  protected async act(model: StoreModel, world: World): Promise<void> {
    const attempt = pickOf(active(model), this.pick)!.attempt!;
    const endings: readonly Ending[] = [
      { kind: 'completed', windowMs: TICK_MS },
      { kind: 'buried', reason: 'exhausted' },
    ];
    const settled = await Promise.all(
      [world.engine, world.harness.second].map(async (engine, n) => {
        const worker = world.workerOn(engine, attempt.queue, world.scene.stranger().id);
        return (await worker.settle(settlementOf(attempt, endings[n])))[0];
      }),
    );
    const inOrder = settled[0] === 'lease_lost' ? [1, 0] : [0, 1];
    for (const n of inOrder) expect(settled[n]).toBe(model.settle(attempt, endings[n]));
    model.promote(attempt.queue);
  }
}

function active(model: StoreModel): readonly ModelJob[] {
  return model.jobs.filter(({ state }) => state === 'active');
}
