import { Redis, type RedisOptions } from 'ioredis';
import { reconnectAfter } from './redis-client.js';

const TAKEN_OVER = '+switch-master';

export interface ServerAddress {
  readonly host: string;
  readonly port: number;
}

/**
 * Hears from Sentinels that another server has taken over. A connection does not end because its server was replaced: one that
 * froze says nothing, and should it wake up, it takes writes that are thrown away as soon as it learns of its successor.
 */
export class SentinelWatch {
  private sentinels: readonly Redis[] = [];
  private closed = false;

  /** @param given the options with the Sentinels and the name of what they watch */
  constructor(
    private readonly given: RedisOptions,
    private readonly silenceMs: number,
    private readonly takenOver: (by: ServerAddress) => void,
  ) {}

  open(): void {
    const { sentinels } = this.given;
    if (this.closed || this.sentinels.length > 0 || !sentinels) return;
    this.sentinels = sentinels.map(({ host, port, family }) => this.listen({ host, port: port ?? 26_379, family }));
  }

  close(): void {
    this.closed = true;
    for (const sentinel of this.sentinels) sentinel.disconnect();
  }

  private listen(address: RedisOptions): Redis {
    const { given, silenceMs } = this;
    const sentinel = new Redis({
      ...address,
      username: given.sentinelUsername,
      password: given.sentinelPassword,
      tls: given.sentinelTLS,
      connectTimeout: given.connectTimeout,
      connectionName: 'nestjs-vigil',
      enableReadyCheck: false,
      maxRetriesPerRequest: null,
      socketTimeout: silenceMs,
      retryStrategy: reconnectAfter,
    });
    // One that can not be had is no harm while the others can; without them, the silence of the old server tells.
    sentinel.on('error', () => undefined);
    sentinel.subscribe(TAKEN_OVER).catch(() => undefined);
    sentinel.on('message', (_, text: string) => {
      const [name, , , host = '', port] = text.split(' ');
      if (name === given.name) this.takenOver({ host, port: Number(port) });
    });
    return sentinel;
  }
}
