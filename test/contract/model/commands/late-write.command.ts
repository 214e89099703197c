import { constantFrom, nat, record } from 'fast-check';
import { ModelCommand } from '../model-command.js';
import type { Ending, StoreModel } from '../store.model.js';
import { DELIVERIES, type Delivery, type World } from '../world.js';
import { ending, nameOf, settlementOf } from './turn.command.js';

/** A process that was frozen reports on an attempt that may have been taken back, run again, replayed or forgotten since. */
export class LateWriteCommand extends ModelCommand {
  static readonly any = record({ pick: nat(999), end: ending, delivery: constantFrom(...DELIVERIES) }).map(
    ({ pick, end, delivery }) => new LateWriteCommand(pick, end, delivery),
  );

  constructor(
    private readonly pick: number,
    private readonly end: Ending,
    private readonly delivery: Delivery,
  ) {
    super();
  }

  override toString(): string {
    return `late write ${this.delivery} of #${this.pick}: ${nameOf(this.end)}`;
  }

  protected override isPossible(model: StoreModel): boolean {
    return model.stale(this.pick) !== undefined;
  }

  protected async act(model: StoreModel, world: World): Promise<void> {
    const attempt = model.stale(this.pick)!;
    const turn = { settlements: [settlementOf(attempt, this.end)], slots: 0, seq: 1 };
    const { id } = world.scene.stranger();
    const { settled } = await world.repeatable(this.delivery, (engine) =>
      world.workerOn(engine, attempt.queue, id).turn(turn),
    );
    expect(settled).toEqual([model.settle(attempt, this.end)]);
    expect(settled).toEqual(['lease_lost']);
    model.promote(attempt.queue);
  }
}
