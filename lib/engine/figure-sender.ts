import { randomBytes } from 'node:crypto';
import type { FigureBatch, JobFigures } from './figures.port.js';

type Figures = ReadonlyMap<string, number>;

interface Unanswered extends FigureBatch {
  readonly figures: Figures;
}

/**
 * Brings to the store what a process counted by itself. A batch without an answer may have arrived: it is sent again as it was, before
 * anything else, so that it counts once.
 */
export class FigureSender {
  private readonly source = randomBytes(9).toString('base64url');
  private readonly unanswered = new Map<string, Unanswered>();
  private seq = 0;

  constructor(private readonly engine: Pick<JobFigures, 'addFigures'>) {}

  /** Queues to which something is to be sent again. */
  get owed(): readonly string[] {
    return [...this.unanswered.keys()];
  }

  /**
   * @param take what is new and now goes with the sender; not asked while an earlier batch has no answer
   * @throws what the store says
   */
  async send(queue: string, take: () => Figures | Promise<Figures>): Promise<void> {
    const earlier = this.unanswered.get(queue);
    if (earlier) await this.deliver(queue, earlier);
    const figures = await take();
    if (figures.size > 0) await this.deliver(queue, { figures, source: this.source, seq: ++this.seq });
  }

  private async deliver(queue: string, batch: Unanswered): Promise<void> {
    const { figures, source, seq } = batch;
    this.unanswered.set(queue, batch);
    await this.engine.addFigures(queue, figures, { source, seq });
    if (this.unanswered.get(queue) === batch) this.unanswered.delete(queue);
  }
}
