import type { DeadLetterSummary } from '../../../core/job-snapshot.js';
import type { JobRef } from '../../../core/job-id.js';
import { EngineUnavailableError } from '../../engine.errors.js';
import type { JobEnd } from '../../producer.port.js';
import type { RedisConnection } from '../connection/redis-connection.js';
import { innerId, placeOf, type RedisKeys } from '../redis-keys.js';
import type { RedisSubscriptions } from '../connection/redis-subscriptions.js';

/** A watcher that has not looked for so long counts as gone. Less than what is left of an end that somebody watched. */
const REGISTERED_MS = 45_000;
const LOOK_AGAIN_MS = 15_000;

const ENDS: Readonly<Record<string, JobEnd['state']>> = { c: 'completed', x: 'cancelled', r: 'resolved', d: 'dead' };

/** Waits for jobs to end: told by the script that ends them, with a look behind it should the message be lost. */
export class RedisWatch {
  private readonly waiting = new Set<Ending>();

  constructor(
    private readonly connection: RedisConnection,
    private readonly keys: RedisKeys,
    private readonly subscriptions: RedisSubscriptions,
  ) {}

  async watch(ref: JobRef, signal: AbortSignal): Promise<JobEnd | 'unknown'> {
    signal.throwIfAborted();
    const ending = new Ending(signal);
    this.waiting.add(ending);
    let unsubscribe: (() => Promise<void>) | undefined;
    let timer: NodeJS.Timeout | undefined;
    const look = async (): Promise<void> => ending.tell(await this.look(ref));
    try {
      // Every watched end of the queue comes by; most are of others, and are not worth parsing.
      const own = `${innerId(ref)}\n`;
      unsubscribe = await this.subscriptions.add(this.keys.queue(ref.queue).ends, (message) => {
        if (message.startsWith(own)) ending.tell(endOf(message.charAt(own.length), message.slice(own.length + 2)));
      });
      await look();
      // An outage is no reason to give up: the caller's signal decides how long it waits.
      timer = setInterval(() => void look().catch(() => undefined), LOOK_AGAIN_MS);
      return await ending.told;
    } finally {
      clearInterval(timer);
      ending.dispose();
      this.waiting.delete(ending);
      // The answer is known: a subscription that could not be ended only costs a message.
      await unsubscribe?.().catch(() => undefined);
    }
  }

  private async look(ref: JobRef): Promise<JobEnd | 'unknown' | undefined> {
    const keys = this.keys.queue(ref.queue);
    const [state, text] = await this.connection.run<[string, string]>(
      'watch',
      keys,
      [keys.record(placeOf(ref))],
      [innerId(ref), REGISTERED_MS],
    );
    if (state === '') return undefined;
    return state === 'u' ? 'unknown' : endOf(state, text);
  }

  close(): void {
    const closed = new EngineUnavailableError('the engine was closed while somebody waited for a job to end');
    for (const ending of this.waiting) ending.fail(closed);
  }
}

/** What somebody waits for: told, failed, or given up by its signal, whichever comes first. */
class Ending {
  readonly told: Promise<JobEnd | 'unknown'>;
  fail!: (error: Error) => void;
  private resolve!: (end: JobEnd | 'unknown') => void;
  private readonly abort = (): void => this.fail(this.signal.reason as Error);

  constructor(private readonly signal: AbortSignal) {
    this.told = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.fail = reject;
    });
    // It may fail before anybody awaits it.
    this.told.catch(() => undefined);
    signal.addEventListener('abort', this.abort, { once: true });
  }

  tell(end: JobEnd | 'unknown' | undefined): void {
    if (end) this.resolve(end);
  }

  dispose(): void {
    this.signal.removeEventListener('abort', this.abort);
  }
}

function endOf(letter: string, text: string): JobEnd {
  const state = ENDS[letter];
  if (state !== 'dead') return { state, ...(text !== '' && { result: text }) };
  const { reason, errorName, errorMessage } = JSON.parse(text) as DeadLetterSummary;
  return { state, reason, errorName, errorMessage };
}
