import { VigilError } from '../../../core/vigil.error.js';
import { EngineUnavailableError } from '../../engine.errors.js';
import type { Cluster, Redis } from 'ioredis';
import { createClient, leaveOthers, type RedisClient } from './redis-client.js';
import { engineError, ofRepetition, outcomeUnknown, refusedLogin, withoutArguments } from './redis-errors.js';
import type { QueueKeys } from '../redis-keys.js';
import type { ScriptName } from './redis-scripts.js';
import { scriptBytes, type ScriptArgument } from './script-bytes.js';
import { ScriptCall } from './script-call.js';
import { refuseKeyPrefix, sentinelOptions, type RedisTarget } from './redis-target.js';
import { SentinelWatch } from './sentinel-watch.js';

export interface RedisConnectionOptions {
  readonly target: RedisTarget;
  /** No command is waited for any longer. */
  readonly commandTimeoutMs: number;
}

/** Of a script to a Redis that goes on forgetting it. */
const MOST_TELLINGS = 10;

export type { ScriptArgument };
/** Is told whether there is a connection now, or never will be. */
type Waiter = (isReady: boolean) => void;
type Callable<T> = Record<string, (...args: unknown[]) => Promise<T>>;

/** The way to Redis: every command has a deadline, and every failure a type that tells whether something may have happened. */
export class RedisConnection {
  readonly client: RedisClient;
  private readonly waiting = new Set<Waiter>();
  private readonly spares = new Set<RedisClient>();
  private readonly sentinels: SentinelWatch | undefined;
  private lastError: Error | undefined;
  /** Connections that broke, of whichever node. */
  private broken = 0;
  private closed = false;

  constructor(private readonly options: RedisConnectionOptions) {
    refuseKeyPrefix(options.target);
    this.client = createClient(options.target, options.commandTimeoutMs);
    this.client.on('error', this.failed);
    // Of a Cluster, whose own errors do not say why none of its nodes can be had.
    this.client.on('node error', this.failed);
    for (const event of ['close', '-node']) this.client.on(event, () => this.broken++);
    this.client.on('ready', () => this.tellWaiting(true));
    // Of a Cluster, when it looked who has which slot: those that block or listen on a node that froze would go on for long.
    this.client.on('refresh', () => {
      if (!this.closed) for (const spare of this.spares) (spare as Cluster).refreshSlotsCache();
    });
    this.client.on('end', () => this.tellWaiting(false));
    const sentinels = sentinelOptions(options.target);
    if (!sentinels) return;
    this.sentinels = new SentinelWatch(sentinels, options.commandTimeoutMs, (successor) => {
      for (const client of [this.client, ...this.spares]) leaveOthers(client as Redis, successor);
    });
    this.client.once('ready', () => this.sentinels?.open());
  }

  /** @throws VigilError `REDIS_UNREACHABLE`, `REDIS_LOGIN_REFUSED` */
  async open(): Promise<void> {
    // Asking again would not help; once it runs, a changed password may be put right.
    const refused = (error: Error): void => {
      if (refusedLogin(error)) this.tellWaiting(false);
    };
    this.client.on('error', refused);
    try {
      await this.ready('connecting');
    } catch (error) {
      const { lastError } = this;
      this.close();
      const reason = lastError && refusedLogin(lastError);
      if (reason) {
        throw new VigilError(
          'REDIS_LOGIN_REFUSED',
          `redis: the server refuses the login (${reason}). Give user and password in the URL, redis://user:password@host:port with special characters percent-encoded, or as \`username\` and \`password\` in the options.`,
          { cause: lastError },
        );
      }
      throw new VigilError(
        'REDIS_UNREACHABLE',
        `redis: no connection within ${this.options.commandTimeoutMs} ms${lastError ? ` (${describe(lastError)})` : ''}. Is it running, and is the \`redis\` option right? A longer \`commandTimeout\` waits longer.`,
        { cause: lastError ?? error },
      );
    } finally {
      this.client.off('error', refused);
    }
  }

  /** Runs a transition. `own` are its keys beyond the shared ones. */
  run<T>(script: ScriptName, keys: QueueKeys, own: readonly string[], args: readonly ScriptArgument[]): Promise<T> {
    const bytes = scriptBytes(script, keys, own, args);
    return this.call<T>(`${script} (queue ${keys.queue})`, (isUnknown) => {
      return this.client.sendCommand(new ScriptCall(bytes, isUnknown)) as Promise<T>;
    });
  }

  /** A plain command of one key. */
  command<T>(name: string, ...args: readonly ScriptArgument[]): Promise<T> {
    return this.call<T>(name, () => (this.client as unknown as Callable<T>)[name](...args));
  }

  private call<T>(what: string, command: (isUnknown: boolean) => Promise<T>): Promise<T> {
    const asked = performance.now();
    const send = (): Promise<T> =>
      this.withDeadline(what, asked, (resolve, reject) => this.ask(command, 0, resolve, reject));
    return this.closed || this.client.status !== 'ready' ? this.ready(what).then(send) : send();
  }

  /** A script that Redis did not know has done nothing. It is sent whole then, and again should it be forgotten once more. */
  private ask<T>(
    command: (isUnknown: boolean) => Promise<T>,
    tellings: number,
    resolve: (reply: T) => void,
    reject: (error: unknown) => void,
  ): void {
    command(tellings > 0).then(resolve, (error: unknown) => {
      const isForgotten = error instanceof Error && error.message.startsWith('NOSCRIPT');
      if (isForgotten && tellings < MOST_TELLINGS) this.ask(command, tellings + 1, resolve, reject);
      else reject(error);
    });
  }

  /** The deadline and the errors of every command, for those that go another way. */
  within<T>(what: string, command: () => Promise<T>): Promise<T> {
    return this.withDeadline(what, performance.now(), (resolve, reject) => void command().then(resolve, reject));
  }

  private withDeadline<T>(
    what: string,
    asked: number,
    begin: (resolve: (reply: T) => void, reject: (error: unknown) => void) => void,
  ): Promise<T> {
    const { commandTimeoutMs } = this.options;
    const left = Math.max(0, asked + commandTimeoutMs - performance.now());
    const { broken } = this;
    return new Promise<T>((resolve, reject) => {
      const timer = setTimeout(() => reject(outcomeUnknown(what, commandTimeoutMs)), left);
      begin(
        (reply) => {
          clearTimeout(timer);
          resolve(reply);
        },
        (error) => {
          clearTimeout(timer);
          const failure = engineError(error, what);
          reject(broken === this.broken ? failure : ofRepetition(failure, what));
        },
      );
    });
  }

  /** Waits for the connection within the deadline, so that nothing is handed to a queue that outlives the caller's patience. */
  private ready(what: string): Promise<void> {
    const { client, closed } = this;
    if (closed) {
      const reason = `${what}: the engine was closed; nothing can be asked of it any more`;
      return Promise.reject(new EngineUnavailableError(reason));
    }
    if (client.status === 'wait') client.connect().catch(() => undefined);
    return new Promise((resolve, reject) => {
      const waiter: Waiter = (isReady) => {
        clearTimeout(timer);
        this.waiting.delete(waiter);
        if (isReady) return resolve();
        const cause = this.lastError;
        const reason = cause ? ` (${describe(cause)})` : '';
        reject(
          new EngineUnavailableError(`${what}: there is no connection to Redis${reason}; nothing was sent`, { cause }),
        );
      };
      const timer = setTimeout(() => waiter(false), this.options.commandTimeoutMs);
      this.waiting.add(waiter);
    });
  }

  private tellWaiting(isReady: boolean): void {
    for (const waiter of [...this.waiting]) waiter(isReady);
  }

  private readonly failed = (error: Error): void => {
    this.lastError = withoutArguments(error);
  };

  /**
   * A further connection, for what blocks or listens; closed with this one. `silenceMs`: see createClient.
   * @throws EngineUnavailableError when this one is closed: nobody would ever close it
   */
  spare(silenceMs: number): RedisClient {
    if (this.closed) throw new EngineUnavailableError('the engine was closed; nothing can be asked of it any more');
    const client = createClient(this.options.target, silenceMs);
    client.on('error', this.failed);
    this.spares.add(client);
    client.once('end', () => this.spares.delete(client));
    return client;
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    this.sentinels?.close();
    for (const client of [this.client, ...this.spares]) client.disconnect();
  }
}

/** An aggregate of connection errors, one per address, has no message of its own; that of a Cluster leaves out what its node said. */
function describe(error: Error & { errors?: unknown; code?: string; lastNodeError?: unknown }): string {
  if (error.lastNodeError instanceof Error) return `${error.message} ${describe(error.lastNodeError)}`;
  const [first] = Array.isArray(error.errors) ? (error.errors as Error[]) : [];
  return error.message || first?.message || error.code || error.name;
}
