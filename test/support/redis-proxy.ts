import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { RespReader, wordsOf } from './resp-reader.js';

/** Which way of a connection carries nothing any more. */
export type FrozenWay = 'both' | 'requests' | 'replies';

/** A way to a Redis server on which something can happen. */
export class RedisProxy {
  /** What clients are told, in place of what the server said. */
  rewrite: (reply: Buffer) => Buffer = (reply) => reply;
  /**
   * Asked about each reply, with the words of its command; one that is to be lost never arrives, though it was done, and the
   * connection breaks. Connections on which somebody subscribes or blocks are left alone. Set it before anybody connects.
   */
  loses: ((command: readonly string[]) => boolean) | undefined;
  /** Connections accepted so far. */
  accepted = 0;
  private readonly frozen = new WeakSet<Socket>();
  private readonly clients = new Set<Socket>();
  private readonly servers = new Set<Socket>();
  private isDark = false;

  private constructor(
    private readonly server: Server,
    private readonly targetPort: number | undefined,
  ) {}

  /** Without a target it accepts and never says a word. */
  static async start(targetPort?: number): Promise<RedisProxy> {
    const server = createServer();
    const proxy = new RedisProxy(server, targetPort);
    server.on('connection', (socket) => proxy.connected(socket));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  /** From now on the connections that there are carry nothing, or nothing of one way, and neither end is told; new ones do. */
  freeze(way: FrozenWay = 'both'): void {
    if (way !== 'replies') for (const socket of this.clients) this.frozen.add(socket);
    if (way !== 'requests') for (const socket of this.servers) this.frozen.add(socket);
  }

  /** The same of both ways, and of new connections, too. */
  blackOut(): void {
    this.freeze();
    this.isDark = true;
  }

  async stop(): Promise<void> {
    for (const socket of [...this.clients, ...this.servers]) socket.destroy();
    await new Promise<void>((resolve) => this.server.close(() => resolve()));
  }

  private connected(client: Socket): void {
    this.accepted++;
    keep(client, this.clients);
    if (this.targetPort === undefined || this.isDark) {
      client.resume();
      return;
    }
    const redis = connect(this.targetPort, '127.0.0.1');
    keep(redis, this.servers);
    const exchange = this.loses && new Exchange(this.loses);
    client.on('data', (chunk: Buffer) => {
      if (this.frozen.has(client)) return;
      exchange?.asked(chunk);
      redis.write(chunk);
    });
    redis.on('data', (chunk: Buffer) => {
      if (this.frozen.has(redis)) return;
      const passed = exchange ? exchange.answered(chunk) : chunk;
      if (passed.length > 0) client.write(this.rewrite(passed));
      if (!exchange?.broken) return;
      // What was written before still arrives.
      client.end();
      redis.destroy();
    });
    client.on('close', () => this.frozen.has(client) || redis.destroy());
    redis.on('close', () => this.frozen.has(redis) || client.destroy());
  }
}

function keep(socket: Socket, among: Set<Socket>): void {
  among.add(socket);
  // A broken connection is told by its close.
  socket.on('error', () => socket.destroy());
  socket.on('close', () => among.delete(socket));
}

/** Replies of a subscriber belong to no command. */
const LEFT_ALONE = /^(p|s)?subscribe$/i;
const PUSH = '>'.charCodeAt(0);

/** Knows of each reply on one connection which command it answers. */
class Exchange {
  broken = false;
  private readonly requests = new RespReader();
  private readonly replies = new RespReader();
  private readonly unanswered: string[][] = [];
  private leftAlone = false;

  constructor(private readonly loses: (command: readonly string[]) => boolean) {}

  asked(chunk: Buffer): void {
    if (this.leftAlone) return;
    for (const request of this.requests.push(chunk)) {
      const words = wordsOf(request);
      if (LEFT_ALONE.test(words[0] ?? '')) this.leftAlone = true;
      this.unanswered.push(words);
    }
  }

  /** What of it may pass. */
  answered(chunk: Buffer): Buffer {
    if (this.leftAlone) return chunk;
    const passed: Buffer[] = [];
    for (const reply of this.replies.push(chunk)) {
      const command = reply[0] === PUSH ? undefined : this.unanswered.shift();
      if (command && this.loses(command)) {
        this.broken = true;
        break;
      }
      passed.push(reply);
    }
    return Buffer.concat(passed);
  }
}
