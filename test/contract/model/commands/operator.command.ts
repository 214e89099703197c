import { boolean, constantFrom, nat, option, record } from 'fast-check';
import type { JobState } from '../../../../lib/core/job-state.js';
import type { Rebirth } from '../../../../lib/engine/dead-letter.port.js';
import { ModelCommand } from '../model-command.js';
import { pickOf } from '../pick-of.js';
import type { ModelJob } from '../model-job.js';
import type { StoreModel } from '../store.model.js';
import { someQueue } from '../story-places.js';
import { ACTOR, TICK_MS, TYPES } from '../story-stage.js';
import type { Delivery, World } from '../world.js';

/** What a replay changes. */
interface Edit {
  /** Of the payload, roughly. */
  readonly size: number;
  readonly lifeOff: number;
  readonly keepSteps: boolean;
}

const LIVE: readonly JobState[] = ['scheduled', 'waiting', 'active'];

/** Most often of a job that it may be done to, sometimes of any. */
function candidates(model: StoreModel, states: readonly JobState[], pick: number): readonly ModelJob[] {
  const fitting = model.jobs.filter(({ state }) => states.includes(state));
  return pick % 5 === 0 || fitting.length === 0 ? model.jobs : fitting;
}

export class CancelCommand extends ModelCommand {
  static readonly any = record({ pick: nat(999), delivery: constantFrom<Delivery[]>('once', 'lost') }).map(
    ({ pick, delivery }) => new CancelCommand(pick, delivery),
  );

  constructor(
    private readonly pick: number,
    private readonly delivery: Delivery,
  ) {
    super();
  }

  override toString(): string {
    return `cancel ${this.delivery} #${this.pick}`;
  }

  protected override isPossible(model: StoreModel): boolean {
    return model.jobs.length > 0;
  }

  protected async act(model: StoreModel, world: World): Promise<void> {
    const { ref } = pickOf(candidates(model, LIVE, this.pick), this.pick)!;
    expect(await world.delivered(this.delivery, (engine) => engine.cancel(ref))).toEqual(model.cancel(ref));
  }
}

export class DigCommand extends ModelCommand {
  static readonly any = record({
    action: constantFrom('replay' as const, 'replay' as const, 'resolve' as const),
    pick: nat(999),
    window: nat(3),
    delivery: constantFrom<Delivery[]>('once', 'lost'),
    edit: option(record({ size: constantFrom(1, 20_000), lifeOff: constantFrom(0, 0, 0, 1), keepSteps: boolean() }), {
      nil: undefined,
    }),
  }).map(({ action, pick, window, delivery, edit }) => new DigCommand(action, pick, window, delivery, edit));

  constructor(
    private readonly action: 'replay' | 'resolve',
    private readonly pick: number,
    private readonly window: number,
    private readonly delivery: Delivery,
    private readonly edit: Edit | undefined,
  ) {
    super();
  }

  override toString(): string {
    return `${this.action} ${this.delivery} #${this.pick}, window ${this.window}, edit ${JSON.stringify(this.edit)}`;
  }

  protected override isPossible(model: StoreModel): boolean {
    return model.jobs.length > 0;
  }

  protected async act(model: StoreModel, world: World): Promise<void> {
    const job = pickOf(candidates(model, ['dead'], this.pick), this.pick)!;
    const { ref } = job;
    const windowMs = this.window * TICK_MS;
    if (this.action === 'replay') {
      const rebirth = this.edit && rebirthOf(job, this.edit);
      const outcome = await world.delivered(this.delivery, (engine) => engine.replay(ref, ACTOR, rebirth));
      expect(outcome).toEqual(model.replay(ref, rebirth));
    } else {
      const outcome = await world.delivered(this.delivery, (engine) => engine.resolve(ref, windowMs, ACTOR));
      expect(outcome).toEqual(model.resolve(ref, windowMs));
    }
  }
}

/** Another payload, small or under its own key, for this life or for one that never was. */
function rebirthOf({ life, payload, payloadHash }: ModelJob, { size, lifeOff, keepSteps }: Edit): Rebirth {
  const text = JSON.stringify(`${payload.length}`.repeat(size));
  const hash = payloadHash === '-' ? '-' : `hash${text.length}`;
  return { life: life + lifeOff, payload: { text, hash }, patch: '[]', keepSteps };
}

/** Pausing what is paused already counts, too. */
export class PauseCommand extends ModelCommand {
  static readonly any = record({
    queue: someQueue,
    type: option(constantFrom(...TYPES), { nil: undefined }),
    paused: boolean(),
    delivery: constantFrom<Delivery[]>('once', 'lost'),
  }).map(({ queue, type, paused, delivery }) => new PauseCommand(queue, type, paused, delivery));

  constructor(
    private readonly queue: number,
    private readonly type: string | undefined,
    private readonly paused: boolean,
    private readonly delivery: Delivery,
  ) {
    super();
  }

  override toString(): string {
    return `${this.paused ? 'pause' : 'resume'} ${this.delivery} of ${this.type ?? 'all'} in q${this.queue}`;
  }

  protected async act(model: StoreModel, world: World): Promise<void> {
    const queue = world.queues[this.queue];
    const { type, paused } = this;
    await world.delivered(this.delivery, (engine) => engine.setPaused({ queue, type }, paused, ACTOR));
    model.pause(queue, type, paused);
  }
}
