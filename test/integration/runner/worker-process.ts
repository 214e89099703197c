import { fork, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { eventually } from '../../support/eventually.js';
import type { Order, WorkerSetup, Word } from './worker.fixture.js';

const REGISTER = join(__dirname, '../../support/register-typescript.cjs');
const FIXTURE = join(__dirname, 'worker.fixture.ts');

type Said<K extends string> = Extract<Word, Record<K, unknown>>;

/** A worker in a process of its own. */
export class WorkerProcess {
  /** How it ended: the signal, else the code. */
  readonly exited: Promise<number | NodeJS.Signals | null>;
  private readonly said: Said<'line'>[] = [];
  private ready = false;
  private over = false;

  private constructor(private readonly child: ChildProcess) {
    child.on('message', (word: Word) => {
      if (word === 'ready') this.ready = true;
      else if ('line' in word) this.said.push(word);
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
    await eventually(() => worker.ready || worker.over, {
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

  /** What it wrote to its log, at one level or all. */
  lines(level?: string): string[] {
    return this.said.filter((said) => level === undefined || said.level === level).map(({ line }) => line);
  }

  /** Enqueues one job many times at once. */
  async enqueue(order: Order): Promise<Said<'receipts'>['receipts']> {
    return (await this.ask(order, 'receipts')).receipts;
  }

  /** What this process tells of the figures of all, after it handed in its own. */
  figures(): Promise<Said<'figures'>> {
    return this.ask('figures', 'figures');
  }

  private ask<K extends 'receipts' | 'figures'>(question: Order | 'figures', key: K): Promise<Said<K>> {
    return new Promise((resolve, reject) => {
      const hear = (word: Word): void => {
        if (typeof word !== 'object' || 'line' in word) return;
        this.child.off('message', hear);
        if (key in word) resolve(word as Said<K>);
        else reject(new Error('failed' in word ? word.failed : 'it answered something else'));
      };
      this.child.on('message', hear);
      this.child.send(question);
    });
  }

  /** As a container's end: drains, and exits by itself. */
  terminate(): void {
    this.child.kill('SIGTERM');
  }

  async kill(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.exited;
  }
}
