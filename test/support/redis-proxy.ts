import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** A way to a Redis server on which something can happen. */
export class RedisProxy {
  /** What clients are told, in place of what the server said. */
  rewrite: (reply: Buffer) => Buffer = (reply) => reply;
  /** Connections accepted so far. */
  accepted = 0;
  private toLose: number | undefined;
  private readonly frozen = new WeakSet<Socket>();
  private readonly sockets = new Set<Socket>();

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

  /** From now on the connections that there are carry nothing, and neither end is told; new ones do. */
  freeze(): void {
    for (const socket of this.sockets) this.frozen.add(socket);
  }

  /** Of what the server says from now on, the part after `skip` others is lost, and its connection breaks; undefined: none is. */
  loseReply(skip: number | undefined): void {
    this.toLose = skip;
  }

  async stop(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise<void>((resolve) => this.server.close(() => resolve()));
  }

  private connected(client: Socket): void {
    this.accepted++;
    this.keep(client);
    if (this.targetPort === undefined) {
      client.resume();
      return;
    }
    const redis = connect(this.targetPort, '127.0.0.1');
    this.keep(redis);
    client.on('data', (chunk) => this.frozen.has(client) || redis.write(chunk));
    redis.on('data', (chunk: Buffer) => {
      if (this.toLose !== undefined && this.toLose-- === 0) {
        this.toLose = undefined;
        client.destroy();
      } else if (!this.frozen.has(redis)) client.write(this.rewrite(chunk));
    });
    client.on('close', () => this.frozen.has(client) || redis.destroy());
    redis.on('close', () => this.frozen.has(redis) || client.destroy());
  }

  private keep(socket: Socket): void {
    this.sockets.add(socket);
    // A broken connection is told by its close.
    socket.on('error', () => socket.destroy());
    socket.on('close', () => this.sockets.delete(socket));
  }
}
