import { array, constantFrom, nat, option, record, type Arbitrary } from 'fast-check';
import { PRIORITIES } from '../../../../lib/core/priority.js';
import type { EnqueueRequest } from '../../../../lib/engine/producer.port.js';
import { requestOf } from '../../../support/engine-request.js';
import { ModelCommand } from '../model-command.js';
import type { StoreModel } from '../store.model.js';
import { someLine, somePayload, someQueue } from '../story-places.js';
import { LINES, TICK_MS } from '../story-stage.js';
import { DELIVERIES, type Delivery, type World } from '../world.js';

/** Records keep small payloads within them; the last one is kept beside. */
const PAYLOADS = ['{}', '{"a":1}', JSON.stringify('x'.repeat(17_000))];

interface Item {
  readonly line: number;
  readonly key: string | number | undefined;
  readonly payload: number;
  readonly priority: (typeof PRIORITIES)[number];
  readonly delay: number | undefined;
  readonly expiry: number | undefined;
}

const item: Arbitrary<Item> = record({
  line: someLine,
  key: option(constantFrom<(string | number)[]>('k', 'l', 7), { nil: undefined, freq: 2 }),
  payload: somePayload,
  priority: constantFrom(...PRIORITIES),
  delay: option(nat(3), { nil: undefined, freq: 2 }),
  expiry: option(nat(3), { nil: undefined, freq: 2 }),
});

/** One call with some jobs of one queue. */
export class EnqueueCommand extends ModelCommand {
  static readonly any = record({
    queue: someQueue,
    items: array(item, { minLength: 1, maxLength: 3 }),
    delivery: constantFrom(...DELIVERIES),
  }).map((options) => new EnqueueCommand(options));

  constructor(
    private readonly options: {
      readonly queue: number;
      readonly items: readonly Item[];
      readonly delivery: Delivery;
    },
  ) {
    super();
  }

  override toString(): string {
    const { queue, items, delivery } = this.options;
    const jobs = items.map(({ line, key, payload, priority, delay, expiry }) => {
      const { type, version } = LINES[line];
      return `${type}@${version} key=${JSON.stringify(key)} payload=${payload} ${priority} delay=${delay} expiry=${expiry}`;
    });
    return `enqueue ${delivery} into q${queue}: ${jobs.join('; ')}`;
  }

  protected async act(model: StoreModel, world: World): Promise<void> {
    const { queue, items, delivery } = this.options;
    const requests = items.map((each) => requestFor(world.queues[queue], each));
    const outcomes = await world.repeatable(delivery, (engine) => engine.enqueue(requests));
    expect(outcomes).toEqual(requests.map((request) => model.enqueue(request)));
    model.requests.push(...requests);
  }
}

function requestFor(queue: string, { line, key, payload, priority, delay, expiry }: Item): EnqueueRequest {
  const ticks = (count: number): number => count * TICK_MS;
  return requestOf({
    queue,
    ...LINES[line],
    key,
    payload: PAYLOADS[payload],
    priority,
    ...(delay !== undefined && { delayMs: ticks(delay) }),
    ...(expiry !== undefined && { expiresInMs: ticks(expiry + 1) }),
  });
}

/** An earlier call is repeated by somebody who never learned its outcome, however much has happened since. */
export class LateRepeatCommand extends ModelCommand {
  static readonly any = nat(999).map((pick) => new LateRepeatCommand(pick));

  constructor(private readonly pick: number) {
    super();
  }

  override toString(): string {
    return `repeat enqueue #${this.pick}`;
  }

  protected override isPossible(model: StoreModel): boolean {
    return model.requests.length > 0;
  }

  protected async act(model: StoreModel, world: World): Promise<void> {
    const request = { ...model.requests[this.pick % model.requests.length], repeat: true };
    expect(await world.engine.enqueue([request])).toEqual([model.enqueue(request)]);
  }
}
