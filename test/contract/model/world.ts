import type { JobEngine } from '../../../lib/engine/engine.port.js';
import { EngineScene } from '../../support/engine-scene.js';
import { EngineWorker } from '../../support/engine-worker.js';
import type { ModelHarness } from './model-harness.js';
import type { StoreModel } from './store.model.js';
import { QUEUES, WORKERS_PER_QUEUE } from './story-stage.js';

/** How a call and its answer travel: `twice` sends the same again, through another client. */
export const DELIVERIES = ['once', 'lost', 'twice'] as const;
export type Delivery = (typeof DELIVERIES)[number];

const COUNTED = ['scheduled', 'waiting', 'active', 'dead', 'completed', 'cancelled', 'resolved'] as const;

/** A worker's process, which numbers its turns. */
export interface Hand {
  readonly id: string;
  readonly worker: EngineWorker;
  /** The same one on another connection. */
  readonly again: EngineWorker;
  seq: number;
}

/** The store of one story, with those who work on it. */
export class World {
  readonly queues: readonly string[];
  readonly scene: EngineScene;
  private readonly hands: Hand[][];

  private constructor(readonly harness: ModelHarness) {
    this.scene = new EngineScene(harness);
    this.queues = Array.from({ length: QUEUES }, (_, n) => this.scene.otherQueue(`q${n}`));
    this.hands = this.queues.map((queue) => Array.from({ length: WORKERS_PER_QUEUE }, () => this.hire(queue)));
  }

  static async begin(harness: ModelHarness): Promise<World> {
    const world = new World(harness);
    await harness.begin(world.queues);
    return world;
  }

  get engine(): JobEngine {
    return this.harness.engine;
  }

  hand(queue: number, n: number): Hand {
    return this.hands[queue][n];
  }

  workerOn(engine: JobEngine, queue: string, id: string): EngineWorker {
    return new EngineWorker(this.harness, queue, id, engine);
  }

  /** The process is gone, without a word; another one takes its seat. */
  replace(queue: number, n: number): void {
    this.hands[queue][n] = this.hire(this.queues[queue]);
  }

  /** Calls what may be called again with the same answer. */
  async repeatable<T>(delivery: Delivery, call: (engine: JobEngine) => Promise<T>): Promise<T> {
    if (delivery === 'lost' && this.harness.loseReply) return this.losing(() => call(this.engine));
    const answer = await call(this.engine);
    if (delivery !== 'once') expect(await call(this.harness.second)).toEqual(answer);
    return answer;
  }

  /** Calls what the engine itself must repeat when the reply is lost. */
  async delivered<T>(delivery: Delivery, call: (engine: JobEngine) => Promise<T>): Promise<T> {
    return delivery === 'lost' ? this.losing(() => call(this.engine)) : call(this.engine);
  }

  /** Of the replies to a call, the one after `skip` others is lost, if there is one. */
  async losing<T>(call: () => Promise<T>, skip = 0): Promise<T> {
    this.harness.loseReply?.(skip);
    try {
      return await call();
    } finally {
      this.harness.loseReply?.(undefined);
    }
  }

  /** Every accepted job is counted once, and where the model has it. */
  async compareCounts(model: StoreModel): Promise<void> {
    await this.scene.checkLedger();
    for (const queue of this.queues) {
      const { paused, types } = await this.engine.stats(queue);
      const expected = new Map<string, Record<string, unknown>>();
      for (const { ref, version, state } of model.jobs.filter(({ ref: each }) => each.queue === queue)) {
        const name = `${ref.type}@${version}`;
        const none = { ...Object.fromEntries(COUNTED.map((each) => [each, 0])), accepted: 0 };
        const figures = (expected.get(name) ?? none) as Record<string, number>;
        figures.accepted++;
        figures[state]++;
        expected.set(name, figures);
      }
      const found = types.map(({ type, version, paused: isPaused, ...figures }) => {
        expect([type, isPaused]).toEqual([type, model.paused.has(`${queue} ${type}`)]);
        return [`${type}@${version}`, figures] as const;
      });
      expect(new Map(found)).toEqual(expected);
      // A store need not know of a queue that was only paused.
      expect(paused).toBe(model.paused.has(queue));
    }
  }

  private hire(queue: string): Hand {
    const worker = this.scene.stranger(this.engine, queue);
    const again = this.workerOn(this.harness.second, queue, worker.id);
    return { id: worker.id, worker, again, seq: 0 };
  }
}
