import type { EnqueueOptions } from '../../lib/client/enqueue.options.js';
import { JobSender } from '../../lib/client/job-sender.js';
import { systemClock } from '../../lib/core/clock.js';
import { JobEventBus } from '../../lib/core/job-event-bus.js';
import { EngineFullError, EngineTimeoutError, EngineUnavailableError } from '../../lib/engine/engine.errors.js';
import type { JobEngine } from '../../lib/engine/engine.port.js';
import { machineNow, SLOW_MS } from './history/happening.js';
import type { HistoryWriter } from './history/history-writer.js';
import type { Deed } from './workers/deeds.js';

const MAX_PAYLOAD_BYTES = 1_048_576;
/** For whoever has refused. */
const RESPITE_MS = 10;

export interface SendOptions extends Pick<EnqueueOptions, 'delay' | 'expiresIn'> {
  /** Default `task`, the one that workers handle. */
  readonly type?: string;
  /** What is not known to be accepted is sent again by its id until it is; else it is left as it is. */
  readonly persistent?: boolean;
}

/** Enqueues jobs with keys, as an application does, and writes down what it was told. */
export class Producer {
  private readonly sender: JobSender;
  private calls = 0;
  private gaveUp = false;

  constructor(
    readonly engine: JobEngine,
    private readonly history: HistoryWriter,
    /** Numbers the jobs of all producers; a job's number is its key. */
    private readonly nextNumber: () => number,
  ) {
    const bus = new JobEventBus((error) => history.note({ what: 'trouble', message: `listener: ${String(error)}` }));
    this.sender = new JobSender(engine, bus, systemClock, MAX_PAYLOAD_BYTES);
  }

  /** @returns the job's id once it is accepted; undefined where it was left with an unknown outcome, or was refused */
  async send(deed: Omit<Deed, 'n'>, { persistent = true, ...options }: SendOptions = {}): Promise<string | undefined> {
    const n = this.nextNumber();
    let id: string | undefined;
    for (;;) {
      const answer = await this.sendOnce({ n, ...deed }, id, options);
      if (answer.accepted) return answer.id;
      await new Promise((resolve) => setTimeout(resolve, RESPITE_MS));
      if (!persistent || this.gaveUp) return undefined;
      id = answer.id;
    }
  }

  /** Nothing is repeated any more. */
  giveUp(): void {
    this.gaveUp = true;
  }

  /** Each after the other in so many lines at once. */
  async sendAll(
    count: number,
    deed: Omit<Deed, 'n'>,
    { lines = 4, ...options }: SendOptions & { lines?: number } = {},
  ): Promise<void> {
    let left = count;
    const line = async (): Promise<void> => {
      while (left-- > 0) await this.send(deed, options);
    };
    await Promise.all(Array.from({ length: lines }, line));
  }

  private async sendOnce(
    deed: Deed,
    repeated: string | undefined,
    { type = 'task', delay, expiresIn }: SendOptions,
  ): Promise<{ accepted: boolean; id: string }> {
    const { n } = deed;
    const call = ++this.calls;
    const contract = { name: type, queue: 'work', version: 1, level: 1 } as const;
    const given = { delay, expiresIn, id: repeated, idempotencyKey: n };
    const options = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
    this.history.note({ what: 'asked', call, n });
    const began = machineNow();
    try {
      const { id, status } = await this.sender.send(contract, deed, options);
      this.history.note({ what: 'accepted', call, n, id, status });
      return { accepted: true, id };
    } catch (error) {
      const unknown = error instanceof EngineTimeoutError;
      const refused = error instanceof EngineUnavailableError || error instanceof EngineFullError;
      // Anything else is no answer that an enqueue may give.
      if (!unknown && !refused) throw error;
      const [id = ''] = error.jobIds;
      this.history.note({ what: unknown ? 'unsure' : 'refused', call, n, id, code: error.code });
      return { accepted: false, id };
    } finally {
      const ms = Math.round(machineNow() - began);
      if (ms >= SLOW_MS) this.history.note({ what: 'slow', call: 'enqueue', ms });
    }
  }
}
