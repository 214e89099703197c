import { isKeyless } from '../../../core/job-id.js';
import type { EnqueueOutcome, EnqueueRequest } from '../../producer.port.js';
import { EnqueueBatcher, MOST_BYTES_IN_BATCH, MOST_IN_BATCH } from './enqueue-batcher.js';
import type { OperationRing } from '../operations/operation-ring.js';
import type { RedisConnection } from '../connection/redis-connection.js';
import { lineOf } from '../redis-keys.js';
import type { ReckonedTimes } from '../records/reckoned-time.js';
import type { RedisKeys } from '../redis-keys.js';
import type { QueueRegistry } from '../operations/queue-registry.js';

/** Bytes of a request beside its payload, roughly. */
const REQUEST_BYTES = 256;

export class RedisProducer {
  private readonly batchers = new Map<string, EnqueueBatcher>();

  constructor(
    private readonly connection: RedisConnection,
    private readonly keys: RedisKeys,
    private readonly registry: QueueRegistry,
    private readonly ring: OperationRing,
    private readonly times: ReckonedTimes,
    /** Wakes a worker of this process for jobs that are being sent, and tells whether there was one that waits for all these lines. */
    private readonly wakeHere: (queue: string, lines: Iterable<string>) => boolean,
  ) {}

  enqueue(requests: Iterable<EnqueueRequest>): Promise<EnqueueOutcome[]> {
    if (!isSingle(requests)) return this.enqueueMany(requests);
    const [first] = requests;
    return this.batcher(first.queue).add(requests, bytesOf(first));
  }

  private async enqueueMany(requests: Iterable<EnqueueRequest>): Promise<EnqueueOutcome[]> {
    const outcomes: EnqueueOutcome[] = [];
    const chunks = [...this.chunks(requests)];
    const answers = await Promise.all(chunks.map((chunk) => chunk.outcomes));
    for (const [n, { places }] of chunks.entries()) {
      for (const [k, place] of places.entries()) outcomes[place] = answers[n][k];
    }
    return outcomes;
  }

  /** Requests of one queue that fit into one call, with their places among all. */
  private *chunks(
    requests: Iterable<EnqueueRequest>,
  ): IterableIterator<{ places: number[]; outcomes: Promise<EnqueueOutcome[]> }> {
    const open = new Map<string, { places: number[]; requests: EnqueueRequest[]; bytes: number }>();
    const close = (queue: string): { places: number[]; outcomes: Promise<EnqueueOutcome[]> } => {
      const { places, requests: own, bytes } = open.get(queue)!;
      open.delete(queue);
      return { places, outcomes: this.batcher(queue).add(own, bytes) };
    };
    let places = 0;
    for (const request of requests) {
      const place = places++;
      const { queue } = request;
      const again = request.repeat && isKeyless(request.slotKey) ? this.batcher(queue).repeat(request) : undefined;
      if (again) {
        yield { places: [place], outcomes: again.then((outcome) => [outcome]) };
        continue;
      }
      const bytes = bytesOf(request);
      const chunk = open.get(queue);
      if (chunk && (chunk.requests.length === MOST_IN_BATCH || chunk.bytes + bytes > MOST_BYTES_IN_BATCH))
        yield close(queue);
      const target = open.get(queue) ?? { places: [], requests: [], bytes: 0 };
      open.set(queue, target);
      target.places.push(place);
      target.requests.push(request);
      target.bytes += bytes;
    }
    for (const queue of [...open.keys()]) yield close(queue);
  }

  private batcher(queue: string): EnqueueBatcher {
    let batcher = this.batchers.get(queue);
    if (!batcher) this.batchers.set(queue, (batcher = this.createBatcher(queue)));
    return batcher;
  }

  private createBatcher(queue: string): EnqueueBatcher {
    const keys = this.keys.queue(queue);
    return new EnqueueBatcher(
      keys,
      () => this.ring.next(queue),
      this.times.of(queue),
      async ({ seq, requests }, { records, items }) => {
        if (!this.registry.knows(queue)) await this.registry.add(queue);
        const own = [this.ring.key(keys), ...records];
        const lines = linesAtOnce(requests);
        const isHeard = lines !== undefined && this.wakeHere(queue, lines);
        const args = [...this.ring.args(seq), isHeard ? 1 : 0, ...items];
        const reply = await this.connection.run<string | string[]>('enqueue', keys, own, args);
        // Sent again to a Redis that may have come back without its list. The jobs are accepted, so whoever comes next tries again.
        if (!this.registry.knows(queue)) await this.registry.add(queue).catch(() => undefined);
        return reply;
      },
    );
  }
}

/** In which they are to wait; undefined where some are due later, of which others may have to hear. */
function linesAtOnce(requests: readonly EnqueueRequest[]): ReadonlySet<string> | undefined {
  const lines = new Set<string>();
  let last: EnqueueRequest | undefined;
  for (const request of requests) {
    const { type, version, delayMs, dueAt } = request;
    if (delayMs !== undefined || dueAt !== undefined) return undefined;
    // Mostly they are of one line, and to name it takes longer than to compare.
    if (last?.type !== type || last.version !== version) lines.add(lineOf(type, version));
    last = request;
  }
  return lines;
}

/** One that no batch under way has to be asked about. */
function isSingle(requests: Iterable<EnqueueRequest>): requests is readonly [EnqueueRequest] {
  return Array.isArray(requests) && requests.length === 1 && !(requests[0] as EnqueueRequest).repeat;
}

function bytesOf({ payload }: EnqueueRequest): number {
  return payload.length + REQUEST_BYTES;
}
