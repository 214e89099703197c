import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** What a worker process tells the first process. */
export type WorkerMessage = { readonly type: 'ready' } | { readonly type: 'retried'; readonly name: string };

export interface WorkerPoolListener {
  onLine(line: string): void;
  onRetry(name: string): void;
}

/** The worker processes of the demo. No job is handed to them: each takes its own from Redis. */
export class WorkerPool {
  private readonly workers = new Set<ChildProcess>();
  private draining = false;
  private lostCount = 0;

  constructor(private readonly listener: WorkerPoolListener) {}

  /** How many ended that nobody had asked to. */
  get lost(): number {
    return this.lostCount;
  }

  /** Resolves when all of them are at work. */
  async start(count: number): Promise<void> {
    await Promise.all(Array.from({ length: count }, () => this.startOne()));
  }

  /** Lets them finish what they have in hand; resolves when the last one is gone. */
  async drain(): Promise<void> {
    this.draining = true;
    await Promise.all(
      [...this.workers].map(async (worker) => {
        const gone = once(worker, 'exit');
        if (worker.connected) worker.send('drain');
        await gone;
      }),
    );
  }

  private async startOne(): Promise<void> {
    // SHOP_WORKER=off is meant for the process that takes the orders.
    const env = { ...process.env, SHOP_WORKER: 'on' };
    const worker = fork(join(__dirname, 'worker.process.js'), { env, stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
    this.workers.add(worker);
    worker.once('exit', (code, signal) => this.ended(worker, signal ?? `status ${code}`));
    for (const output of [worker.stdout, worker.stderr]) {
      if (output) createInterface(output).on('line', (line) => this.listener.onLine(line));
    }
    await new Promise<void>((resolve, reject) => {
      worker.once('exit', () => reject(new Error(`worker process ${worker.pid} did not start`)));
      worker.on('message', (message: WorkerMessage) => {
        if (message.type === 'ready') resolve();
        else this.listener.onRetry(message.name);
      });
    });
  }

  private ended(worker: ChildProcess, how: string): void {
    this.workers.delete(worker);
    if (this.draining) return;
    this.lostCount++;
    this.listener.onLine(`worker process ${worker.pid} ended (${how}); the others take over its jobs`);
  }
}
