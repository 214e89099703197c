import { isKeyless } from '../../../core/job-id.js';
import { EngineFullError, EngineTimeoutError, EngineUnavailableError } from '../../engine.errors.js';
import type { NumberedBatch } from './enqueue-batch.js';

/** After these a caller holds ids to repeat it by, and need not know whether anything was sent. */
const REPEATABLE = [EngineTimeoutError, EngineUnavailableError, EngineFullError];
/** Batches between a failure and being overwritten in the ring. */
const REMEMBERED_BATCHES = 900;
const REMEMBERED_BYTES = 16 * 1024 * 1024;
/** Well before the store forgets an unused ring. */
const REMEMBERED_MS = 30 * 60_000;

interface Remembered {
  readonly batch: NumberedBatch;
  readonly bytes: number;
  readonly until: number;
}

/**
 * Batches that failed, so that nobody may know whether they were accepted. The same batch under the same number is accepted at
 * most once, so here is what makes `enqueue(…, { id })` safe for jobs without a key, for as long as the store's ring remembers
 * the number.
 */
export class UnknownBatches {
  private readonly bySeq = new Map<number, Remembered>();
  private readonly byOp = new Map<string, NumberedBatch>();
  private bytes = 0;

  find(op: string): NumberedBatch | undefined {
    this.forgetOld();
    return this.byOp.get(op);
  }

  failed(batch: NumberedBatch, error: unknown): void {
    if (REPEATABLE.some((Kind) => error instanceof Kind) && !this.bySeq.has(batch.seq)) this.remember(batch);
  }

  remember(batch: NumberedBatch): void {
    const keyless = batch.requests.filter(({ slotKey }) => isKeyless(slotKey));
    if (keyless.length === 0) return;
    const bytes = batch.requests.reduce((sum, { payload }) => sum + payload.length, 0);
    this.bySeq.set(batch.seq, { batch, bytes, until: performance.now() + REMEMBERED_MS });
    this.bytes += bytes;
    for (const { op } of keyless) this.byOp.set(op, batch);
    this.forgetOld();
  }

  answered(batch: NumberedBatch): void {
    if (this.bySeq.size > 0 && !this.bySeq.has(batch.seq)) this.forgetOld(batch.seq);
  }

  private forgetOld(latestSeq = 0): void {
    for (const [seq, { batch, bytes, until }] of this.bySeq) {
      const safe = this.bytes <= REMEMBERED_BYTES && until > performance.now() && latestSeq - seq < REMEMBERED_BATCHES;
      if (safe) return;
      this.bySeq.delete(seq);
      this.bytes -= bytes;
      for (const { op } of batch.requests) if (this.byOp.get(op) === batch) this.byOp.delete(op);
    }
  }
}
