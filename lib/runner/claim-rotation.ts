import type { RegisteredJob } from '../core/job-registry.js';
import type { ClaimDemand, ClaimedJob } from '../engine/consumer.port.js';

interface HandledType {
  readonly type: string;
  /** The worker's own version first, then those it can migrate. */
  readonly versions: readonly number[];
  readonly timeoutMs: number;
  readonly globalConcurrency: ClaimDemand['globalConcurrency'];
  readonly rateLimit: ClaimDemand['rateLimit'];
  readonly processConcurrency: number;
  running: number;
  /** A turn under way asks for it, and may bring all that the limit of this process allows. */
  asked: boolean;
  /** Which of the versions has its turn, where they share a limit. */
  nextVersion: number;
}

export interface Demands {
  readonly demand: readonly ClaimDemand[];
  /** Some versions of a limited type had to wait for another turn, so an empty answer does not mean that nothing is left. */
  readonly partial: boolean;
}

const NO_DEMANDS: Demands = { demand: [], partial: false };

/**
 * What a lane asks for, and in which order: who was served last stands at the end, so that a type with one job does not wait
 * behind the backlogs of its neighbours.
 */
export class ClaimRotation {
  private types: HandledType[];
  private readonly byName: ReadonlyMap<string, HandledType>;

  constructor(
    jobs: readonly RegisteredJob[],
    private readonly zombiesOf: (type: string) => number,
  ) {
    this.types = jobs.map(({ definition: { name, version, migrations, policy } }) => ({
      type: name,
      versions: [version, ...[...migrations.keys()].filter((from) => from !== version)],
      timeoutMs: policy.timeoutMs,
      globalConcurrency: policy.globalConcurrency,
      rateLimit: policy.rateLimit,
      processConcurrency: policy.processConcurrency ?? Infinity,
      running: 0,
      asked: false,
      nextVersion: 0,
    }));
    this.byName = new Map(this.types.map((type) => [type.type, type]));
  }

  /** Each type and version of which one more could be run at this moment. */
  claimable(): readonly { readonly type: string; readonly version: number }[] {
    return this.types
      .filter((handled) => this.quota(handled, 1) > 0)
      .flatMap(({ type, versions }) => versions.map((version) => ({ type, version })));
  }

  /** For a turn whose end is told to `answered`. What a limit over all workers holds is asked for only as slots are free for it. */
  demands(slots: number, ahead = 0): Demands {
    if (slots + ahead === 0) return NO_DEMANDS;
    const demand: ClaimDemand[] = [];
    let partial = false;
    for (const handled of this.types) {
      const isLimited = handled.globalConcurrency !== undefined || handled.rateLimit !== undefined;
      const quota = handled.asked ? 0 : this.quota(handled, isLimited ? slots : slots + ahead);
      if (quota <= 0) continue;
      handled.asked = handled.processConcurrency !== Infinity;
      if (handled.processConcurrency === Infinity || handled.versions.length === 1) {
        for (const version of handled.versions) demand.push(demandFor(handled, version, quota));
      } else {
        // The limit holds for all versions together, and the store knows it for each alone.
        demand.push(demandFor(handled, handled.versions[handled.nextVersion], quota));
        handled.nextVersion = (handled.nextVersion + 1) % handled.versions.length;
        partial = true;
      }
    }
    return { demand, partial };
  }

  /** How many turns it takes until every version had its turn. */
  get rounds(): number {
    return Math.max(
      1,
      ...this.types.map(({ processConcurrency, versions }) => (processConcurrency === Infinity ? 1 : versions.length)),
    );
  }

  /** A turn that asked for this is over, and brought these jobs. */
  answered(demand: readonly ClaimDemand[], jobs: readonly ClaimedJob[]): void {
    for (const { type } of demand) {
      const handled = this.byName.get(type);
      if (handled) handled.asked = false;
    }
    for (const job of jobs) {
      const handled = this.byName.get(job.type);
      if (handled) handled.running++;
    }
    if (jobs.length === 0 || this.types.length < 2) return;
    const served = new Set(jobs.map((job) => job.type));
    this.types = [
      ...this.types.filter(({ type }) => !served.has(type)),
      ...this.types.filter(({ type }) => served.has(type)),
    ];
  }

  ended(type: string): void {
    const handled = this.byName.get(type);
    if (handled) handled.running--;
  }

  private quota({ type, processConcurrency, running }: HandledType, slots: number): number {
    if (processConcurrency === Infinity) return slots;
    // A handler that ignores its signal would run at once with the next one.
    return Math.min(slots, processConcurrency - running - this.zombiesOf(type));
  }
}

/** Written out, as all that is made for every turn: to put an object together by spreading takes several times as long. */
function demandFor(handled: HandledType, version: number, quota: number): ClaimDemand {
  const { type, timeoutMs, globalConcurrency, rateLimit } = handled;
  return { type, version, quota, timeoutMs, globalConcurrency, rateLimit };
}
