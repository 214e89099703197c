import { formatJobId } from '../../../core/job-id.js';
import { VigilError } from '../../../core/vigil.error.js';
import type { EnqueueOutcome, EnqueueRequest } from '../../producer.port.js';
import type { BatchOutcome, NumberedBatch } from './enqueue-batch.js';
import type { UnknownBatches } from './unknown-batches.js';

interface Repetition {
  readonly asked: Set<string>;
  readonly outcomes: Promise<BatchOutcome[]>;
}

/**
 * Requests without a key that are repeated by their id. Their batch is sent again under its number: if the store had accepted
 * it, it answers the same. If it had not, only what was asked for is accepted: the others that travelled in it were told that
 * they failed, and may have been done in another way.
 */
export class BatchRepeats {
  private readonly begun = new Map<NumberedBatch, Repetition>();

  constructor(
    private readonly unknown: UnknownBatches,
    private readonly nextSeq: () => number,
    private readonly deliver: (batch: NumberedBatch, asked: ReadonlySet<string>) => Promise<BatchOutcome[]>,
  ) {}

  /** Undefined when its batch is forgotten. */
  repeat({ op }: EnqueueRequest): Promise<EnqueueOutcome> | undefined {
    const batch = this.unknown.find(op);
    return batch && this.outcomeOf(op, batch);
  }

  private async outcomeOf(op: string, batch: NumberedBatch): Promise<EnqueueOutcome> {
    const index = batch.requests.findIndex((request) => request.op === op);
    const request = batch.requests[index];
    const outcome = await this.outcomeAt(index, op, batch);
    if (outcome instanceof Error) throw outcome;
    if (outcome === 'expired') return { status: 'operation_expired', id: formatJobId(request) };
    if (outcome !== 'left out') return outcome;
    // An earlier repetition of a neighbour found the batch not accepted, so from now on this one goes by a number of its own.
    const known = this.unknown.find(op);
    if (known && known !== batch) return this.outcomeOf(op, known);
    const alone: NumberedBatch = { seq: this.nextSeq(), requests: [request] };
    this.unknown.remember(alone);
    return this.outcomeOf(op, alone);
  }

  private async outcomeAt(index: number, op: string, batch: NumberedBatch): Promise<BatchOutcome | 'expired'> {
    try {
      return (await this.together(op, batch))[index];
    } catch (error) {
      // Other operations have taken its place in the ring.
      if (error instanceof VigilError && error.code === 'OPERATION_OUTDATED') return 'expired';
      throw error;
    }
  }

  /** What is asked of one batch in the same tick is asked at once. */
  private together(op: string, batch: NumberedBatch): Promise<BatchOutcome[]> {
    let repetition = this.begun.get(batch);
    if (!repetition) {
      const asked = new Set<string>();
      const outcomes = Promise.resolve().then(() => {
        this.begun.delete(batch);
        return this.deliver(batch, asked);
      });
      repetition = { asked, outcomes };
      this.begun.set(batch, repetition);
    }
    repetition.asked.add(op);
    return repetition.outcomes;
  }
}
