import { fork, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { eventually } from '../../support/eventually.js';
import type { ContenderOrder, ContenderSetup, ContenderWord } from './contender.fixture.js';

const REGISTER = join(__dirname, '../../support/register-typescript.cjs');
const FIXTURE = join(__dirname, 'contender.fixture.ts');

/** Somebody who wants locks, in a process of its own. */
export class Contender {
  private readonly words: ContenderWord[] = [];

  private constructor(private readonly child: ChildProcess) {
    child.on('message', (word: ContenderWord) => this.words.push(word));
  }

  static async start(setup: ContenderSetup): Promise<Contender> {
    const child = fork(FIXTURE, [JSON.stringify(setup)], {
      execArgv: ['-r', REGISTER],
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    const contender = new Contender(child);
    await eventually(() => contender.words.includes('ready'), { timeout: 20_000, message: 'the contender is ready' });
    return contender;
  }

  order(order: ContenderOrder): void {
    this.child.send(order);
  }

  /** What it said, of the kind that has this. */
  heard<K extends string>(key: K, timeout = 20_000): Promise<Extract<ContenderWord, Record<K, unknown>>> {
    const said = (): ContenderWord | undefined =>
      this.words.find((word) => typeof word === 'object' && Object.hasOwn(word, key));
    return eventually(() => said() ?? false, { timeout, message: `it says ${key}` }) as Promise<never>;
  }

  signal(name: NodeJS.Signals): void {
    this.child.kill(name);
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const exited = new Promise<void>((resolve) => this.child.once('exit', () => resolve()));
    this.child.kill('SIGKILL');
    await exited;
  }
}
