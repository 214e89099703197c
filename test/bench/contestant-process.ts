import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Answer, Task } from './contestant.process.js';
import type { Sample } from './scenario.js';
import type { ContestantSetup } from './scenarios.js';

const REGISTER = join(__dirname, '../support/register-typescript.cjs');
const FILE = join(__dirname, 'contestant.process.ts');

/** A contestant's process, seen from the one that lets them take turns. */
export class ContestantProcess {
  private constructor(
    private readonly child: ChildProcess,
    readonly name: ContestantSetup['name'],
    /** What it was given, for the reader of the figures. */
    readonly given: readonly string[],
  ) {}

  static async start(setup: ContestantSetup): Promise<ContestantProcess> {
    const child = fork(FILE, [JSON.stringify(setup)], {
      execArgv: ['-r', REGISTER, '--expose-gc'],
      // Whatever it says is no figure.
      stdio: ['ignore', process.stderr, process.stderr, 'ipc'],
    });
    const answer = await answerOf(child, setup.name);
    if (!('given' in answer)) throw new Error(`${setup.name} did not say what it was given`);
    return new ContestantProcess(child, setup.name, answer.given);
  }

  /** @throws Error when it fails, or delivers otherwise than exactly */
  async run(task: Task): Promise<Sample> {
    const answer = answerOf(this.child, this.name);
    this.child.send(task);
    const said = await answer;
    if ('sample' in said) return said.sample;
    throw new Error(`${this.name} failed at ${task.scenario}: ${'failed' in said ? said.failed : 'no sample'}`);
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const exited = once(this.child, 'exit');
    this.child.kill('SIGKILL');
    await exited;
  }
}

async function answerOf(child: ChildProcess, name: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const ended = (code: number | null, signal: string | null): void => {
      child.off('message', answered);
      reject(new Error(`the process of ${name} ended (${signal ?? code})`));
    };
    const answered = (answer: Answer): void => {
      child.off('exit', ended);
      resolve(answer);
    };
    child.once('message', answered);
    child.once('exit', ended);
  });
}
