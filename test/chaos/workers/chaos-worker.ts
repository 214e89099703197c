import { fork, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import type { HistoryWriter } from '../history/history-writer.js';
import type { ChaosWorkerSetup } from './chaos-worker.process.js';

const REGISTER = join(__dirname, '../../support/register-typescript.cjs');
const PROCESS = join(__dirname, 'chaos-worker.process.ts');

/** A worker in a process of its own, and what can be done to it. */
export class ChaosWorker {
  /** How it ended: the signal, else the code. */
  readonly exited: Promise<string>;
  /** Rejects when it ends before it was ready. */
  readonly ready: Promise<void>;
  private over = false;
  private isReady = false;

  private constructor(
    private readonly child: ChildProcess,
    private readonly history: HistoryWriter,
  ) {
    this.exited = new Promise((resolve) =>
      child.once('exit', (code, signal) => {
        this.over = true;
        const how = String(signal ?? code);
        history.note({ what: 'exited', victim: this.pid, how });
        resolve(how);
      }),
    );
    this.ready = new Promise((resolve, reject) => {
      child.once('message', () => {
        this.isReady = true;
        resolve();
      });
      void this.exited.then((how) => reject(new Error(`a worker ended before it was ready: ${how}`)));
    });
    // Whoever waits for it hears of it; nobody has to.
    this.ready.catch(() => undefined);
  }

  static spawn(setup: ChaosWorkerSetup, history: HistoryWriter): ChaosWorker {
    const child = fork(PROCESS, [JSON.stringify(setup)], {
      execArgv: ['-r', REGISTER],
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    return new ChaosWorker(child, history);
  }

  get pid(): number {
    return this.child.pid as number;
  }

  /** Whether it is there and works. */
  get works(): boolean {
    return this.isReady && !this.over;
  }

  get hasExited(): boolean {
    return this.over;
  }

  async kill(): Promise<void> {
    if (!this.over) this.child.kill('SIGKILL');
    await this.exited;
  }

  /** As a container's end: drains, and exits by itself. */
  async terminate(): Promise<void> {
    this.child.kill('SIGTERM');
    await this.exited;
  }

  freeze(): void {
    this.history.note({ what: 'fault', fault: 'frozen', phase: 'begin', victim: this.pid });
    this.child.kill('SIGSTOP');
  }

  thaw(): void {
    this.child.kill('SIGCONT');
    this.history.note({ what: 'fault', fault: 'frozen', phase: 'end', victim: this.pid });
  }
}
