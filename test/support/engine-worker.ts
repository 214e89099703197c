import type {
  ClaimDemand,
  ClaimedJob,
  Heartbeat,
  HeartbeatAnswer,
  Settlement,
  SettleStatus,
  Turn,
  TurnAnswer,
  WorkerAnnouncement,
} from '../../lib/engine/consumer.port.js';
import type { EngineHarness } from './engine-harness.js';
import { heldOf } from './engine-settlements.js';

export type DemandOptions = Partial<ClaimDemand>;
export type TurnOptions = Partial<Omit<Turn, 'queue' | 'worker' | 'demand'>> & {
  readonly demand?: readonly DemandOptions[];
};

export interface BeatOptions {
  readonly leaseMs?: number;
  readonly held?: readonly ClaimedJob[];
  readonly knownToken?: number;
  readonly handles?: readonly (Pick<WorkerAnnouncement['handles'][number], 'type'> &
    Partial<WorkerAnnouncement['handles'][number]>)[];
}

/** A worker as the runner would be one, by hand. */
export class EngineWorker {
  private readonly seqs = new Map<number, number>();

  constructor(
    private readonly harness: EngineHarness,
    readonly queue: string,
    readonly id: string,
    /** The client it works through. */
    readonly engine = harness.engine,
  ) {}

  async turn({ demand = [{}], ...options }: TurnOptions = {}): Promise<TurnAnswer> {
    const lane = options.lane ?? 0;
    const seq = options.seq ?? (this.seqs.get(lane) ?? 0) + 1;
    this.seqs.set(lane, seq);
    return this.engine.turn({
      queue: this.queue,
      worker: this.id,
      lane,
      seq,
      settlements: [],
      slots: 100,
      lowestFirst: false,
      takeSuspect: true,
      ...options,
      demand: demand.map((each) => ({ type: 'task', version: 1, quota: 100, timeoutMs: 60_000, ...each })),
    });
  }

  async claim(options: TurnOptions = {}): Promise<readonly ClaimedJob[]> {
    return (await this.turn(options)).claimed;
  }

  /** Claims and insists on exactly one. */
  async claimOne(options: TurnOptions = {}): Promise<ClaimedJob> {
    const claimed = await this.claim({ slots: 1, ...options });
    if (claimed.length !== 1) throw new Error(`expected one job to claim, got ${claimed.length}`);
    return claimed[0];
  }

  async settle(...settlements: Settlement[]): Promise<readonly SettleStatus[]> {
    return (await this.turn({ settlements, slots: 0 })).settled;
  }

  async beat({
    leaseMs = 60_000,
    held = [],
    knownToken = 0,
    handles = [{ type: 'task' }],
  }: BeatOptions = {}): Promise<HeartbeatAnswer> {
    const beat: Heartbeat = {
      queue: this.queue,
      leaseMs,
      knownToken,
      held: held.map(heldOf),
      announcement: {
        worker: this.id,
        host: 'host-a',
        pid: 4711,
        startedAt: 1,
        state: 'running',
        slots: 100,
        running: held.length,
        zombies: 0,
        handles: handles.map((each) => ({ versions: [1], maxStalls: 2, severity: 'error', ...each })),
      },
    };
    return this.engine.heartbeat(beat);
  }

  /** Lets its lease run out, as if it had died without a word. */
  async die(options: BeatOptions = {}): Promise<void> {
    await this.beat({ ...options, leaseMs: 5 });
    await this.harness.elapse(10);
  }
}
