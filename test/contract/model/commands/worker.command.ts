import { boolean, constantFrom, nat, oneof, record, string } from 'fast-check';
import type { ClaimedJob } from '../../../../lib/engine/consumer.port.js';
import { heldOf } from '../../../support/engine-settlements.js';
import { ModelCommand } from '../model-command.js';
import { pickOf } from '../pick-of.js';
import type { StoreModel } from '../store.model.js';
import { seat } from '../story-places.js';
import { MAX_STALLS, TICK_MS } from '../story-stage.js';
import { DELIVERIES, type Delivery, type World } from '../world.js';

const HANDLES = [
  { type: 'mail', versions: [1, 2], maxStalls: MAX_STALLS },
  { type: 'bill', versions: [1], maxStalls: MAX_STALLS },
];

abstract class WorkerCommand extends ModelCommand {
  constructor(
    protected readonly queue: number,
    protected readonly worker: number,
  ) {
    super();
  }

  protected get name(): string {
    return `q${this.queue}w${this.worker}`;
  }
}

/** A heartbeat of a worker that may have lost the answers in which it was given some of what it holds. */
export class RenewCommand extends WorkerCommand {
  static readonly any = record({ ...seat, ticks: nat(7), forgets: boolean(), stale: nat(999), lost: boolean() }).map(
    ({ queue, worker, ticks, forgets, stale, lost }) =>
      new RenewCommand(queue, worker, 1 + ticks, forgets, stale, lost),
  );

  constructor(
    queue: number,
    worker: number,
    private readonly ticks: number,
    private readonly forgets: boolean,
    private readonly stale: number,
    private readonly lost: boolean,
  ) {
    super(queue, worker);
  }

  override toString(): string {
    return `${this.name} renews for ${this.ticks}${this.forgets ? ', forgets' : ''}${this.lost ? ', reply lost' : ''} #${this.stale}`;
  }

  protected async act(model: StoreModel, world: World): Promise<void> {
    const hand = world.hand(this.queue, this.worker);
    const jobs = model.heldBy(hand.id);
    const known = this.forgets ? jobs.slice(1) : jobs;
    const gone = model.stale(this.stale, hand.worker.queue);
    const held = [...known.map(({ attempt }) => attempt!), ...(gone ? [gone] : [])];
    const knownToken = Math.max(0, ...jobs.map(({ attempt }) => attempt!.fencingToken));
    const leaseMs = this.ticks * TICK_MS;
    const beat = { held, knownToken, leaseMs, handles: HANDLES };
    const call = (): ReturnType<typeof hand.worker.beat> => hand.worker.beat(beat);
    const answer = await (this.lost ? world.losing(call) : call());
    expect(answer).toMatchObject({
      lost: gone ? [known.length] : [],
      cancelRequested: known.flatMap(({ cancelRequested }, index) => (cancelRequested ? [index] : [])),
      strangers: jobs.length - known.length,
    });
    model.renew(hand.id, leaseMs);
    model.giveBack(jobs.filter((job) => !known.includes(job)));
  }
}

/** The process ends without a word, or freezes: what it held is taken back by a sweep after its lease. */
export class CrashCommand extends WorkerCommand {
  static readonly any = record(seat).map(({ queue, worker }) => new CrashCommand(queue, worker));

  override toString(): string {
    return `${this.name} crashes`;
  }

  protected act(_model: StoreModel, world: World): Promise<void> {
    world.replace(this.queue, this.worker);
    return Promise.resolve();
  }
}

/** The process ends and says so. */
export class RetireCommand extends WorkerCommand {
  static readonly any = record(seat).map(({ queue, worker }) => new RetireCommand(queue, worker));

  override toString(): string {
    return `${this.name} retires`;
  }

  protected async act(model: StoreModel, world: World): Promise<void> {
    const { id, worker } = world.hand(this.queue, this.worker);
    const held = model.heldBy(id);
    expect(await world.engine.retire(worker.queue, id)).toEqual({ released: held.length });
    model.forget(id);
    world.replace(this.queue, this.worker);
  }
}

/** A step's result or progress, of an attempt that holds or, of a process that came too late, does not any more. */
export class RecordCommand extends ModelCommand {
  static readonly any = record({
    pick: nat(999),
    holds: oneof({ weight: 3, arbitrary: constantFrom(true) }, { weight: 1, arbitrary: constantFrom(false) }),
    what: constantFrom('step' as const, 'progress' as const, 'question' as const),
    value: string({ maxLength: 5 }),
    delivery: constantFrom(...DELIVERIES),
  }).map(
    ({ pick, holds, what, value, delivery }) => new RecordCommand(pick, holds, what, JSON.stringify(value), delivery),
  );

  constructor(
    private readonly pick: number,
    private readonly holds: boolean,
    private readonly what: 'step' | 'progress' | 'question',
    private readonly value: string,
    private readonly delivery: Delivery,
  ) {
    super();
  }

  override toString(): string {
    return `${this.what} ${this.value} ${this.delivery} of ${this.holds ? 'held' : 'lost'} #${this.pick}`;
  }

  protected override isPossible(model: StoreModel): boolean {
    return this.attempt(model) !== undefined;
  }

  protected async act(model: StoreModel, world: World): Promise<void> {
    const attempt = this.attempt(model)!;
    const step = this.what === 'step' ? { name: `s${this.pick % 2}`, value: this.value } : undefined;
    const progress = this.what === 'progress' ? this.value : undefined;
    const write = { ...heldOf(attempt), step, progress };
    const outcome = await world.repeatable(this.delivery, (engine) => engine.record(write));
    expect(outcome).toBe(model.record(attempt, step, progress));
  }

  private attempt(model: StoreModel): ClaimedJob | undefined {
    const active = model.jobs.flatMap(({ attempt }) => attempt ?? []);
    return this.holds ? pickOf(active, this.pick) : model.stale(this.pick);
  }
}
