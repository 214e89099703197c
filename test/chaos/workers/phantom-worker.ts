import { formatJobId } from '../../../lib/core/job-id.js';
import type { ClaimedJob, Turn, WorkerAnnouncement } from '../../../lib/engine/consumer.port.js';
import type { JobEngine } from '../../../lib/engine/engine.port.js';
import { QUEUE } from '../field.js';
import type { HistoryWriter } from '../history/history-writer.js';
import { recorded } from './recorded-engine.js';

const LEASE_MS = 60_000;
const TIMEOUT_MS = 30_000;
const WINDOW_MS = 3_600_000;

let phantoms = 0;

/** A worker without a loop of its own, for what a real one does only when more goes wrong than one thing at a time. */
export class PhantomWorker {
  private readonly engine: JobEngine;
  private readonly id = `phantom-${process.pid}-${++phantoms}`;
  private seq = 0;

  constructor(
    engine: JobEngine,
    private readonly history: HistoryWriter,
    private readonly type: string,
  ) {
    this.engine = recorded(engine, history);
  }

  /** Tells that it lives and holds nothing, whatever the store thinks. @returns how many jobs the store took back */
  async beat(knownToken = 0): Promise<number> {
    const handles = [{ type: this.type, versions: [1], maxStalls: 2, severity: 'error' }];
    const announcement: WorkerAnnouncement = {
      ...{ worker: this.id, host: 'phantom', pid: process.pid, startedAt: 0, state: 'running' },
      ...{ slots: 1, running: 0, zombies: 0, handles },
    };
    const beat = { queue: QUEUE, announcement, leaseMs: LEASE_MS, held: [], knownToken };
    return (await this.engine.heartbeat(beat)).strangers;
  }

  async claim(): Promise<ClaimedJob | undefined> {
    const demand = [{ type: this.type, version: 1, quota: 1, timeoutMs: TIMEOUT_MS }];
    const { claimed } = await this.engine.turn({ ...this.turn(), slots: 1, demand });
    return claimed[0];
  }

  async complete(job: ClaimedJob): Promise<void> {
    const { queue, type, slotKey, op, life, version, lease, head, attempt, fencingToken: token } = job;
    const id = formatJobId(job);
    this.history.note({ what: 'begun', id, attempt, token });
    this.history.note({ what: 'ended', id, token });
    const held = { queue, type, slotKey, op, life, version, lease, head };
    const end = { kind: 'completed', windowMs: WINDOW_MS, result: String(token), durationMs: 1 } as const;
    await this.engine.turn({ ...this.turn(), settlements: [{ ...held, ...end }] });
  }

  async retire(): Promise<void> {
    await this.engine.retire(QUEUE, this.id);
  }

  private turn(): Turn {
    return {
      ...{ queue: QUEUE, worker: this.id, lane: 0, seq: ++this.seq, settlements: [], slots: 0, demand: [] },
      ...{ lowestFirst: false, takeSuspect: true },
    };
  }
}
