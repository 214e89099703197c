import { fork, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { eventually } from '../../support/eventually.js';
import type { WorkerSetup } from './worker.fixture.js';

const REGISTER = join(__dirname, '../../support/register-typescript.cjs');
const FIXTURE = join(__dirname, 'worker.fixture.ts');

/** A worker in a process of its own. */
export class WorkerProcess {
  readonly lines: string[] = [];
  readonly exited: Promise<number | NodeJS.Signals | null>;
  private readonly said: unknown[] = [];
  private over = false;

  private constructor(private readonly child: ChildProcess) {
    child.on('message', (message) => {
      const { line } = message as { line?: string };
      if (line === undefined) this.said.push(message);
      else this.lines.push(line);
    });
    this.exited = new Promise((resolve) =>
      child.once('exit', (code, signal) => {
        this.over = true;
        resolve(signal ?? code);
      }),
    );
  }

  static async start(setup: WorkerSetup): Promise<WorkerProcess> {
    const child = fork(FIXTURE, [JSON.stringify(setup)], {
      execArgv: ['-r', REGISTER],
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    const worker = new WorkerProcess(child);
    await eventually(() => worker.said.includes('ready') || worker.over, {
      timeout: 20_000,
      message: 'the worker process is ready',
    });
    return worker;
  }

  get pid(): number {
    return this.child.pid as number;
  }

  get hasExited(): boolean {
    return this.over;
  }

  drain(): void {
    this.child.send('drain');
  }

  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    this.child.kill(signal);
    if (signal === 'SIGKILL') await this.exited;
  }
}
