import { formatJobId, type JobRef } from '../../lib/core/job-id.js';
import type { JobState } from '../../lib/core/job-state.js';
import type { ClaimedJob } from '../../lib/engine/consumer.port.js';
import { buried, completed, heldOf, released, retried } from './engine-settlements.js';
import type { EngineScene } from './engine-scene.js';
import type { EngineWorker } from './engine-worker.js';

interface ModelJob {
  readonly ref: JobRef;
  readonly key?: string;
  state: JobState;
  life: number;
  failures: number;
  suspect: boolean;
  stalls: number;
  cancelRequested: boolean;
  attempt?: ClaimedJob;
}

const DELAY_MS = 3_600_000;
const ACTOR = { actor: 'ann', reason: 'soup' };
const VERBS = [
  'enqueue',
  'enqueueKeyed',
  'enqueueLater',
  'claim',
  'claim',
  'complete',
  'retry',
  'bury',
  'release',
  'stale',
  'cancel',
  'crash',
  'replay',
  'resolve',
  'pause',
] as const;
type Verb = (typeof VERBS)[number];

/** A second opinion on what the store should hold; knows nothing of how. */
export class JobModel {
  static readonly verbs: readonly Verb[] = VERBS;
  private readonly jobs: ModelJob[] = [];
  private readonly leases: ClaimedJob[] = [];
  private worker?: EngineWorker;
  private paused = false;

  constructor(private readonly scene: EngineScene) {}

  async apply(verb: Verb, pick: number): Promise<void> {
    switch (verb) {
      case 'enqueue':
        return this.enqueue({});
      case 'enqueueLater':
        return this.enqueue({ delayMs: DELAY_MS });
      case 'enqueueKeyed':
        return this.enqueue({ key: `k${pick % 3}` });
      case 'claim':
        return this.claim(1 + (pick % 3));
      case 'crash':
        return this.crash();
      case 'stale':
        return this.stale(pick);
      case 'pause':
        this.paused = !this.paused;
        return this.scene.engine.setPaused({ queue: this.scene.queue }, this.paused, ACTOR);
      case 'cancel':
        return this.cancel(pick);
      case 'replay':
      case 'resolve':
        return this.dig(verb, pick);
      default:
        return this.settle(verb, pick);
    }
  }

  async compareCounts(): Promise<void> {
    const states = ['scheduled', 'waiting', 'active', 'dead', 'completed', 'cancelled', 'resolved'] as const;
    const counted = Object.fromEntries(states.map((state) => [state, this.in(state).length]));
    const [figures] = (await this.scene.engine.stats(this.scene.queue)).types;
    if (figures === undefined && this.jobs.length === 0) return;
    expect(figures).toMatchObject({ ...counted, accepted: this.jobs.length });
  }

  async compareJobs(): Promise<void> {
    const last = new Map(this.jobs.map((job) => [job.ref.slotKey, job]));
    for (const job of this.jobs) {
      const { state, life, failures, stalls } = job;
      const live = ['scheduled', 'waiting', 'active', 'dead'].includes(state);
      const expected = live ? { state, life, failures, stalls } : { state, life };
      const found = await this.scene.get(job.ref);
      if (last.get(job.ref.slotKey) === job) expect(found).toMatchObject(expected);
      else expect(found).toBeUndefined();
    }
    for (const state of ['scheduled', 'waiting', 'active', 'dead'] as const) {
      const { items } = await this.scene.engine.list({ queue: this.scene.queue, type: 'task', state }, 1_000);
      expect(items.map(({ id }) => id).sort()).toEqual(
        this.in(state)
          .map(({ ref }) => formatJobId(ref))
          .sort(),
      );
    }
  }

  private in(...states: readonly JobState[]): ModelJob[] {
    return this.jobs.filter(({ state }) => states.includes(state));
  }

  private async enqueue(options: { key?: string; delayMs?: number }): Promise<void> {
    const holder = this.jobs
      .filter(({ key, state }) => options.key !== undefined && key === options.key && state !== 'cancelled')
      .at(-1);
    const { status, ref, state } = await this.scene.enqueue(options);
    if (holder) {
      expect({ status, state, ref }).toEqual({ status: 'duplicate', state: holder.state, ref: holder.ref });
      return;
    }
    const expected = options.delayMs === undefined ? 'waiting' : 'scheduled';
    expect({ status, state }).toEqual({ status: 'created', state: expected });
    this.jobs.push({
      ref,
      key: options.key,
      state: expected,
      life: 0,
      failures: 0,
      suspect: false,
      stalls: 0,
      cancelRequested: false,
    });
  }

  private async claim(slots: number): Promise<void> {
    this.worker ??= await this.scene.worker();
    const claimed = await this.worker.claim({ slots });
    const waiting = this.in('waiting');
    const suspects = waiting.filter(({ suspect }) => suspect).length;
    const expected = this.paused ? 0 : Math.min(slots, waiting.length - suspects + Math.min(1, suspects));
    expect(claimed).toHaveLength(expected);
    for (const attempt of claimed) {
      const job = this.jobs.find(({ ref }) => ref.op === attempt.op)!;
      const { life, failures, stalls, suspect } = job;
      expect({ state: job.state, attempt }).toMatchObject({
        state: 'waiting',
        attempt: { life, failures, stalls, suspect },
      });
      Object.assign(job, { state: 'active', attempt });
      this.leases.push(attempt);
    }
  }

  private async settle(verb: 'complete' | 'retry' | 'bury' | 'release', pick: number): Promise<void> {
    const job = pickOf(this.in('active'), pick);
    if (!job?.attempt) return;
    const settlement = {
      complete: completed(job.attempt),
      retry: retried(job.attempt, { delayMs: pick % 2 ? DELAY_MS : 0 }),
      bury: buried(job.attempt),
      release: released(job.attempt),
    }[verb];
    const asCancelled = job.cancelRequested && verb !== 'complete';
    expect(await this.worker!.settle(settlement)).toEqual([asCancelled ? 'cancelled' : 'ok']);
    job.attempt = undefined;
    if (asCancelled) job.state = 'cancelled';
    else if (verb === 'complete') job.state = 'completed';
    else if (verb === 'bury') Object.assign(job, { state: 'dead', failures: job.failures + 1 });
    else if (verb === 'release') job.state = 'waiting';
    else Object.assign(job, { state: pick % 2 ? 'scheduled' : 'waiting', failures: job.failures + 1, suspect: false });
  }

  private async stale(pick: number): Promise<void> {
    const current = new Set(this.in('active').map(({ attempt }) => attempt?.lease));
    const old = pickOf(
      this.leases.filter(({ lease, op }) => !current.has(lease) || !this.in('active').some(({ ref }) => ref.op === op)),
      pick,
    );
    if (!old) return;
    expect(await this.scene.stranger().settle(completed(old))).toEqual(['lease_lost']);
    expect(await this.scene.engine.record({ ...heldOf(old), progress: '1' })).toBe('lease_lost');
  }

  private async cancel(pick: number): Promise<void> {
    const job = pickOf(this.in('scheduled', 'waiting', 'active', 'dead'), pick);
    if (!job) return;
    const { status } = await this.scene.engine.cancel(job.ref);
    expect(status).toBe(job.state === 'active' ? 'requested' : job.state === 'dead' ? 'too_late' : 'cancelled');
    if (status === 'requested') job.cancelRequested = true;
    if (status === 'cancelled') job.state = 'cancelled';
  }

  private async crash(): Promise<void> {
    if (!this.worker) return;
    const held = this.in('active');
    await this.worker.die({ held: held.flatMap(({ attempt }) => attempt ?? []) });
    const { stalled } = await this.scene.sweep();
    this.worker = undefined;
    const took = held.filter(({ cancelRequested }) => !cancelRequested).map(({ ref }) => ref.op);
    expect(stalled.map(({ op }) => op)).toEqual(expect.arrayContaining(took));
    for (const job of held) {
      job.attempt = undefined;
      if (job.cancelRequested) {
        job.state = 'cancelled';
        continue;
      }
      if (job.suspect) job.stalls++;
      job.suspect = true;
      job.state = job.stalls > 2 ? 'dead' : 'waiting';
    }
  }

  private async dig(verb: 'replay' | 'resolve', pick: number): Promise<void> {
    const job = pickOf(this.in('dead'), pick);
    if (!job) return;
    const { engine } = this.scene;
    const outcome =
      verb === 'replay' ? await engine.replay(job.ref, ACTOR) : await engine.resolve(job.ref, DELAY_MS, ACTOR);
    expect(outcome).toEqual({ status: 'ok' });
    if (verb === 'resolve') job.state = 'resolved';
    else
      Object.assign(job, {
        state: 'waiting',
        life: job.life + 1,
        failures: 0,
        stalls: 0,
        suspect: false,
        cancelRequested: false,
      });
  }
}

function pickOf<T>(from: readonly T[], pick: number): T | undefined {
  return from[pick % from.length];
}
