import {
  array,
  boolean,
  constant,
  constantFrom,
  nat,
  oneof,
  option,
  record,
  shuffledSubarray,
  type Arbitrary,
} from 'fast-check';
import type { ClaimedJob, Settlement } from '../../../../lib/engine/consumer.port.js';
import { buried, cancelled, completed, released, retried } from '../../../support/engine-settlements.js';
import { compareClaims } from '../compare-claims.js';
import { ModelCommand } from '../model-command.js';
import type { Ending, StoreModel } from '../store.model.js';
import { seat } from '../story-places.js';
import { LINES, TICK_MS, TIMEOUT_MS } from '../story-stage.js';
import { DELIVERIES, type Delivery, type World } from '../world.js';

/** Of turns that go on with one. */
const MOST_MORE = 20;
const BIG_RESULT = JSON.stringify('y'.repeat(2_000));
const ticks = nat(3).map((count) => count * TICK_MS);

export const ending: Arbitrary<Ending> = oneof(
  record({
    kind: constant('completed' as const),
    windowMs: ticks,
    result: option(constantFrom('[1]', BIG_RESULT), { nil: undefined }),
  }),
  record({ kind: constant('retry' as const), delayMs: ticks }),
  record({ kind: constant('buried' as const), reason: constantFrom('exhausted' as const, 'expired' as const) }),
  record({ kind: constant('released' as const), delayMs: ticks }),
  record({ kind: constant('cancelled' as const), windowMs: ticks }),
);

export function settlementOf(attempt: ClaimedJob, end: Ending): Settlement {
  switch (end.kind) {
    case 'completed':
      return completed(attempt, end);
    case 'retry':
      return retried(attempt, end);
    case 'buried':
      return buried(attempt, end);
    case 'released':
      return released(attempt, end.delayMs);
    case 'cancelled':
      return cancelled(attempt, end.windowMs);
  }
}

export function nameOf({ kind, ...rest }: Ending): string {
  const text = JSON.stringify(rest);
  return `${kind} ${text.length < 200 ? text : `${text.slice(0, 60)}…`}`;
}

interface TurnOptions {
  readonly queue: number;
  readonly worker: number;
  /** One for each of the first attempts that the worker holds, as far as it has so many. */
  readonly endings: readonly Ending[];
  readonly slots: number;
  readonly lines: readonly (typeof LINES)[number][];
  readonly quota: number;
  readonly globalConcurrency?: number;
  readonly lowestFirst: boolean;
  readonly takeSuspect: boolean;
  readonly delivery: Delivery;
}

const options = record({
  ...seat,
  endings: array(ending, { maxLength: 3 }),
  slots: nat(4),
  lines: shuffledSubarray([...LINES], { minLength: 1 }),
  quota: nat(3),
  globalConcurrency: option(nat(3), { nil: undefined, freq: 2 }),
  lowestFirst: boolean(),
  takeSuspect: boolean(),
  delivery: constantFrom(...DELIVERIES),
});

/** A worker reports on attempts, or asks for more, or both. */
export class TurnCommand extends ModelCommand {
  static readonly any = options.map((each) => new TurnCommand(each));

  static readonly claiming = options.map(
    (each) =>
      new TurnCommand({ ...each, endings: [], slots: 1 + each.slots, lines: LINES, quota: 9, takeSuspect: true }),
  );

  static readonly ending = record({ options, one: ending }).map(
    ({ options: each, one }) => new TurnCommand({ ...each, endings: [one], slots: 0 }),
  );

  constructor(private readonly options: TurnOptions) {
    super();
  }

  override toString(): string {
    const { queue, worker, endings, slots, lines, quota, globalConcurrency, delivery } = this.options;
    const demand = lines.map(({ type, version }) => `${type}@${version}`).join(' ');
    const limits = `quota=${quota} global=${globalConcurrency}`;
    return `turn ${delivery} of q${queue}w${worker}: [${endings.map(nameOf).join('; ')}], ${slots} slots for ${demand} ${limits}`;
  }

  protected override isPossible(model: StoreModel): boolean {
    return this.options.slots > 0 || model.leases.length > 0;
  }

  protected async act(model: StoreModel, world: World): Promise<void> {
    const { endings, lines, quota, globalConcurrency, queue, worker, delivery, ...claim } = this.options;
    const hand = world.hand(queue, worker);
    const held = model.heldBy(hand.id).slice(0, endings.length);
    const ends = held.map(({ attempt }, n) => ({ attempt: attempt!, ending: endings[n] }));
    const demand = lines.map((line) => ({ ...line, quota, timeoutMs: TIMEOUT_MS, globalConcurrency }));
    const turn = {
      ...claim,
      settlements: ends.map(({ attempt, ending: end }) => settlementOf(attempt, end)),
      demand,
      seq: ++hand.seq,
    };
    const answer = await world.repeatable(delivery, (engine) => {
      return (engine === world.engine ? hand.worker : hand.again).turn(turn);
    });
    expect(answer.settled).toEqual(ends.map(({ attempt, ending: end }) => model.settle(attempt, end)));
    model.promote(hand.worker.queue);
    const claimed = [...answer.claimed];
    let last = answer;
    // Many ghosts before a job may end a turn early; it says then that more is due at once.
    for (let more = 0; more < MOST_MORE && (last.nextDueAt ?? Infinity) <= last.now; more++) {
      if (claimed.length === claim.slots) break;
      last = await hand.worker.turn({ ...turn, settlements: [], slots: claim.slots - claimed.length, seq: ++hand.seq });
      claimed.push(...last.claimed);
    }
    compareClaims(model, { ...claim, queue: hand.worker.queue, demand }, claimed);
  }
}
