import type { EnqueueOutcome, EnqueueRequest } from '../../producer.port.js';
import { BatchRepeats } from './batch-repeats.js';
import { BatchAnswer, encodeBatch, type BatchOutcome, type EncodedBatch, type NumberedBatch } from './enqueue-batch.js';
import { OperationGate } from '../operations/operation-gate.js';
import type { QueueKeys } from '../redis-keys.js';
import type { ReckonedTime } from '../records/reckoned-time.js';
import { UnknownBatches } from './unknown-batches.js';

/** Larger batches are slower: while the store is at work on one, the next one is made ready. */
export const MOST_IN_BATCH = 100;
export const MOST_BYTES_IN_BATCH = 128 * 1024;
/** Far below the places of the ring, so that no operation under way is overwritten there. */
const MOST_IN_FLIGHT = 64;

interface Ticket {
  readonly requests: readonly EnqueueRequest[];
  readonly resolve: (outcomes: EnqueueOutcome[]) => void;
  readonly reject: (error: unknown) => void;
}

/** Lets the requests of one queue that are made in the same tick travel together, several batches at a time. */
export class EnqueueBatcher {
  private tickets: Ticket[] = [];
  private items = 0;
  private bytes = 0;
  private flushing = false;
  private readonly gate: OperationGate;
  private readonly unknown = new UnknownBatches();
  private readonly repeats: BatchRepeats;

  constructor(
    private readonly keys: QueueKeys,
    private readonly nextSeq: () => number,
    private readonly time: ReckonedTime,
    private readonly send: (batch: NumberedBatch, encoded: EncodedBatch) => Promise<string | string[]>,
  ) {
    this.gate = new OperationGate(`enqueue (queue ${keys.queue})`, MOST_IN_FLIGHT);
    this.repeats = new BatchRepeats(this.unknown, nextSeq, (batch, asked) => this.deliver(batch, asked));
  }

  /** Accepts up to MOST_IN_BATCH requests in one move. */
  add(requests: readonly EnqueueRequest[], bytes: number): Promise<EnqueueOutcome[]> {
    if (this.items + requests.length > MOST_IN_BATCH || this.bytes + bytes > MOST_BYTES_IN_BATCH) this.flush();
    return new Promise((resolve, reject) => {
      this.tickets.push({ requests, resolve, reject });
      this.items += requests.length;
      this.bytes += bytes;
      if (this.items >= MOST_IN_BATCH) return this.flush();
      if (this.flushing) return;
      this.flushing = true;
      // Behind a batch that is under way nothing is lost by waiting for more; where there is none, nobody waits for the loop.
      if (this.gate.idle) queueMicrotask(this.flush);
      else setImmediate(this.flush);
    });
  }

  /** The outcome of an earlier request of unknown outcome, as long as its batch can be sent again; else undefined. */
  repeat(request: EnqueueRequest): Promise<EnqueueOutcome> | undefined {
    return this.repeats.repeat(request);
  }

  private readonly flush = (): void => {
    this.flushing = false;
    if (this.items === 0) return;
    const { tickets } = this;
    this.tickets = [];
    this.items = this.bytes = 0;
    void this.dispatch(tickets);
  };

  private async dispatch(tickets: readonly Ticket[]): Promise<void> {
    let begun = false;
    try {
      const outcomes = await this.gate.through(() => {
        begun = true;
        // Numbered only now that it is its turn: numbers that are under way lie close together.
        return this.deliver(this.batchOf(tickets));
      });
      let from = 0;
      for (const ticket of tickets) {
        const { length } = ticket.requests;
        settle(ticket, length === 1 ? [outcomes[from]] : outcomes.slice(from, from + length));
        from += length;
      }
    } catch (error) {
      if (!begun) this.unknown.failed(this.batchOf(tickets), error);
      for (const ticket of tickets) ticket.reject(error);
    }
  }

  private batchOf(tickets: readonly Ticket[]): NumberedBatch {
    const requests: EnqueueRequest[] = [];
    for (const ticket of tickets) for (const request of ticket.requests) requests.push(request);
    return { seq: this.nextSeq(), requests };
  }

  private async deliver(batch: NumberedBatch, asked?: ReadonlySet<string>): Promise<BatchOutcome[]> {
    let reply: string | string[];
    try {
      reply = await this.send(batch, encodeBatch(this.keys, batch.requests, this.time.now(), asked));
    } catch (error) {
      this.unknown.failed(batch, error);
      throw error;
    }
    this.unknown.answered(batch);
    const answer = new BatchAnswer(reply);
    this.time.answered(answer.at);
    return batch.requests.map((request, index) => answer.next(index, request));
  }
}

function settle({ resolve, reject }: Ticket, outcomes: readonly BatchOutcome[]): void {
  for (const outcome of outcomes) if (outcome instanceof Error) return reject(outcome);
  resolve(outcomes as EnqueueOutcome[]);
}
