import { parseJobId, type JobRef } from '../../lib/core/job-id.js';
import type { JobSnapshot } from '../../lib/core/job-snapshot.js';
import type { JobEngine } from '../../lib/engine/engine.port.js';
import type { TypeStats } from '../../lib/engine/inspector.port.js';
import type { SweepOptions, SweepReport } from '../../lib/engine/maintenance.port.js';
import type { EnqueueOutcome, EnqueueRequest } from '../../lib/engine/producer.port.js';
import type { EngineHarness } from './engine-harness.js';
import { requestOf, type RequestOptions } from './engine-request.js';
import { EngineWorker, type BeatOptions } from './engine-worker.js';

export type SceneRequest = Omit<RequestOptions, 'queue'> & { readonly queue?: string };
export type Accepted = Exclude<EnqueueOutcome, { status: 'operation_expired' }> & { readonly ref: JobRef };

const HOUR_MS = 3_600_000;
let scenes = 0;

/** One test's stage: a queue of its own, and short words for what happens there. */
export class EngineScene {
  readonly queue = `scene-${process.pid}-${++scenes}`;
  private readonly otherQueues = new Set<string>();
  private workers = 0;

  constructor(readonly harness: EngineHarness) {}

  get engine(): JobEngine {
    return this.harness.engine;
  }

  get second(): JobEngine {
    return this.harness.second;
  }

  elapse(ms: number): Promise<void> {
    return this.harness.elapse(ms);
  }

  /** A further queue of this scene. */
  otherQueue(name: string): string {
    const queue = `${this.queue}-${name}`;
    this.otherQueues.add(queue);
    return queue;
  }

  request(options: SceneRequest = {}): EnqueueRequest {
    return requestOf({ queue: this.queue, ...options });
  }

  async enqueue(options: SceneRequest = {}, engine = this.engine): Promise<Accepted> {
    const [outcome] = await engine.enqueue([this.request(options)]);
    if (outcome.status === 'operation_expired') throw new Error('the engine took the request for an old one');
    return { ...outcome, ref: parseJobId(outcome.id) };
  }

  /** `count` jobs in one call; their payloads tell them apart: 0, 1, 2, … */
  async enqueueMany(count: number, options: SceneRequest = {}): Promise<JobRef[]> {
    const requests = Array.from({ length: count }, (_, index) => this.request({ payload: String(index), ...options }));
    const outcomes = await this.engine.enqueue(requests);
    return outcomes.map(({ id }) => parseJobId(id));
  }

  /** A worker with a lease. */
  async worker(options?: BeatOptions, engine?: JobEngine): Promise<EngineWorker> {
    const worker = this.stranger(engine);
    await worker.beat(options);
    return worker;
  }

  /** A worker of which the store has not heard. */
  stranger(engine?: JobEngine, queue = this.queue): EngineWorker {
    return new EngineWorker(this.harness, queue, `w${++this.workers}`, engine);
  }

  /** A sweep that nothing holds back. */
  async sweep(options: Partial<SweepOptions> = {}): Promise<SweepReport> {
    await this.elapse(3);
    const { queue } = this;
    const report = await this.engine.sweep({
      queue,
      worker: 'sweeper',
      noHandlerGraceMs: HOUR_MS,
      noHandlerAlertMs: HOUR_MS,
      intervalMs: 1,
      ...options,
    });
    if (!report.swept) throw new Error('another sweep was in the way');
    return report;
  }

  get(ref: JobRef): Promise<JobSnapshot | undefined> {
    return this.engine.get(ref);
  }

  async stateOf(ref: JobRef): Promise<string | undefined> {
    return (await this.get(ref))?.state;
  }

  async stats(type = 'task', version = 1): Promise<TypeStats> {
    const { types } = await this.engine.stats(this.queue);
    const found = types.find((each) => each.type === type && each.version === version);
    if (!found) throw new Error(`no figures of ${type}@${version} in ${JSON.stringify(types)}`);
    return found;
  }

  /** Promise 2 of the store: every accepted job is in exactly one state. */
  async checkLedger(): Promise<void> {
    for (const queue of [this.queue, ...this.otherQueues]) {
      const { findings } = await this.engine.readLedger(queue);
      if (findings.length > 0) throw new Error(`${queue}: ${JSON.stringify(findings)}`);
      for (const figures of (await this.engine.stats(queue)).types) {
        const { accepted, scheduled, waiting, active, dead, completed, cancelled, resolved } = figures;
        const parts = { scheduled, waiting, active, dead, completed, cancelled, resolved };
        const sum = Object.values(parts).reduce((total, part) => total + part, 0);
        if (sum !== accepted || Object.values(parts).some((part) => part < 0)) {
          throw new Error(
            `${queue}: ${figures.type}@${figures.version} accepted ${accepted}, but has ${JSON.stringify(parts)}`,
          );
        }
      }
    }
  }
}
