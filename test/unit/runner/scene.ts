import type { JobContext } from '../../../lib/core/job-context.js';
import type { JobDefinition } from '../../../lib/core/job-definition.js';
import type { JobEvent, JobEventOfType, JobEventType } from '../../../lib/core/job-event.js';
import { JobEventBus } from '../../../lib/core/job-event-bus.js';
import { parseJobId } from '../../../lib/core/job-id.js';
import type { JobPolicy } from '../../../lib/core/job-policy.js';
import { JobRegistry } from '../../../lib/core/job-registry.js';
import type { JobSnapshot } from '../../../lib/core/job-snapshot.js';
import { MemoryEngine } from '../../../lib/engine/memory/memory.engine.js';
import { MemoryStore } from '../../../lib/engine/memory/memory-store.js';
import type { JobEngine } from '../../../lib/engine/engine.port.js';
import { JobWorker } from '../../../lib/runner/worker.js';
import type { WorkerOptions, WorkerParts } from '../../../lib/runner/worker.options.js';
import { ManualClock } from '../../../lib/testing/manual-clock.js';
import { Shaky } from './shaky-engine.js';
import { requestOf, type RequestOptions } from '../../support/engine-request.js';
import { eventually } from '../../support/eventually.js';

export const POLICY: JobPolicy = {
  maxRetries: 3,
  backoff: { type: 'fixed', delayMs: 1_000, maxDelayMs: 60_000, jitter: 'none' },
  timeoutMs: 60_000,
  retryOn: [],
  noRetryOn: [],
  idempotencyWindowMs: 86_400_000,
  keepResult: false,
  maxStalls: 2,
  severity: 'error',
};

export type Handler = (payload: never, context: JobContext) => unknown;

export interface JobSetup extends Partial<Omit<JobDefinition, 'policy'>> {
  readonly policy?: Partial<JobPolicy>;
  readonly run: Handler;
}

export function definitionOf({ policy, run: _run, ...definition }: JobSetup): JobDefinition {
  return {
    name: 'task',
    queue: 'work',
    version: 1,
    level: 1,
    migrations: new Map(),
    declaredBy: 'Tasks.task',
    policy: { ...POLICY, ...policy },
    ...definition,
  };
}

export function registryOf(...jobs: JobSetup[]): JobRegistry {
  const registry = new JobRegistry();
  for (const job of jobs) {
    registry.register({
      definition: definitionOf(job),
      invoke: async (payload, context) => job.run(payload as never, context),
    });
  }
  return registry;
}

export interface SceneOptions extends WorkerOptions {
  readonly parts?: Partial<WorkerParts>;
  readonly store?: MemoryStore;
  readonly clock?: ManualClock;
}

/** A worker on the memory engine whose time moves by hand. */
export class Scene {
  readonly clock: ManualClock;
  readonly store: MemoryStore;
  /** For the test itself; the worker's own loses what `shaky` is told to lose. */
  readonly engine: JobEngine;
  readonly shaky: Shaky;
  readonly events: JobEvent[] = [];
  readonly lines: string[] = [];
  readonly bus = new JobEventBus((error) => this.lines.push(`listener: ${String(error)}`));
  readonly registry: JobRegistry;
  readonly worker: JobWorker;

  constructor(jobs: readonly JobSetup[], { parts, store, clock, ...options }: SceneOptions = {}) {
    this.clock = clock ?? new ManualClock(1_700_000_000_000);
    this.store = store ?? new MemoryStore();
    this.engine = new MemoryEngine(this.clock, this.store);
    this.shaky = new Shaky(this.engine);
    this.bus.subscribe((event) => this.events.push(event));
    this.registry = registryOf(...jobs);
    this.worker = new JobWorker(this.partsOf({ ...parts, options }));
  }

  partsOf(parts: Partial<WorkerParts>): WorkerParts {
    const write = (line: string): unknown => this.lines.push(line);
    return {
      engine: this.shaky.engine,
      registry: this.registry,
      clock: this.clock,
      bus: this.bus,
      logger: { log: write, warn: write, error: write, debug: write },
      random: () => 0.5,
      options: {},
      ...parts,
    };
  }

  /** One job under way, of a worker that has nothing else to do. */
  static async begun(
    run: Handler,
    setup: Partial<JobSetup> = {},
    options: SceneOptions = {},
  ): Promise<{ readonly scene: Scene; readonly id: string }> {
    const scene = await new Scene([{ run, ...setup }], options).start();
    const id = await scene.enqueue({ key: 'k' });
    await scene.rest();
    return { scene, id };
  }

  async start(): Promise<this> {
    await this.worker.start();
    return this;
  }

  async enqueue(options: Partial<RequestOptions> & { readonly data?: unknown } = {}): Promise<string> {
    const { data, ...rest } = options;
    const payload = data === undefined ? '{}' : JSON.stringify(data);
    const [outcome] = await this.engine.enqueue([requestOf({ queue: 'work', payload, ...rest })]);
    return outcome.id;
  }

  async job(id: string): Promise<JobSnapshot> {
    const job = await this.engine.get(parseJobId(id));
    if (!job) throw new Error(`the store does not know ${id}`);
    return job;
  }

  /** Lets everything that needs no time happen. */
  async rest(): Promise<void> {
    await this.clock.advance(0);
  }

  eventsOf<T extends JobEventType>(type: T): JobEventOfType<T>[] {
    return this.events.filter((event): event is JobEventOfType<T> => event.type === type);
  }

  /** Drains while time is moved, so that no grace is waited for. */
  async close(): Promise<void> {
    let over = false;
    const drained = this.worker.drain().finally(() => (over = true));
    await eventually(async () => {
      await this.clock.advance('1s');
      return over;
    });
    await drained;
  }
}
