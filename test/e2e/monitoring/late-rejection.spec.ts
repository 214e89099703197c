import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { currentJob } from '../../../lib/index.js';
import { eventually } from '../../support/eventually.js';

describe('a promise that nobody awaited', () => {
  it('is traced to its job and reported, and ends the process if it belongs to none', async () => {
    const child = fork(join(__dirname, 'late-rejection.fixture.ts'), [], {
      execArgv: ['-r', join(__dirname, '../../support/register-typescript.cjs')],
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    const exited = once(child, 'exit');
    const said: Record<string, unknown>[] = [];
    let log = '';
    child.on('message', (word: Record<string, unknown>) => said.push(word));
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk: Buffer) => (log += chunk.toString()));
    await eventually(() => said.length === 3, { timeout: 20_000 });
    const id = said.find((word) => word.id !== undefined && word.type === undefined)?.id;
    expect(said).toContainEqual({ current: 'work.careless' });
    expect(said.find((word) => word.type === 'job.late-rejection')).toMatchObject({
      ...{ id, name: 'work.careless', queue: 'default', attempt: 1 },
      error: { name: 'Error', message: 'token=[redacted] nobody awaited this' },
    });
    await eventually(() => expect(log).toContain(`job late rejection: id=${String(id)} name=work.careless attempt=1`));
    expect(child.exitCode).toBeNull();
    child.send('go on');
    const [code] = (await exited) as [number];
    expect(code).not.toBe(0);
    expect(log).toContain('of no job');
  }, 30_000);

  it('belongs to no job outside of handlers', () => {
    expect(currentJob()).toBeUndefined();
  });
});
