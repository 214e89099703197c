import type { JobLogger } from '../../../lib/core/job-logger.js';
import { NonRetryableJobError } from '../../../lib/core/handler-signals.js';
import { createRedactor } from '../../../lib/core/redaction.js';
import { OutboxDrain } from '../../../lib/monitoring/alerts/outbox-drain.js';
import { JobEventLogger } from '../../../lib/monitoring/logs/job-event.logger.js';
import { parseBurialLine, parseRetryLine } from '../../support/job-lines.js';
import { Scene, type JobSetup, type SceneOptions } from '../runner/scene.js';

interface Line {
  readonly level: keyof JobLogger;
  readonly text: string;
}

let scene: Scene;
let lines: Line[];
let outbox: OutboxDrain;
afterEach(async () => {
  await scene.close();
  await outbox.close();
});

function at(level: keyof JobLogger): string[] {
  return lines.filter((line) => line.level === level).map(({ text }) => text);
}

async function begin(setup: JobSetup, options: SceneOptions = {}): Promise<void> {
  lines = [];
  const write = (level: keyof JobLogger) => (text: string) => lines.push({ level, text });
  const logger: JobLogger = { log: write('log'), warn: write('warn'), error: write('error'), debug: write('debug') };
  scene = new Scene([setup], {
    ...options,
    parts: { duties: [(queue) => outbox.runOnce(queue)], redactor: createRedactor(), ...options.parts },
  });
  new JobEventLogger(scene.bus, logger);
  outbox = new OutboxDrain(scene.shaky.engine, logger, scene.bus);
  await scene.worker.start();
}

describe('the line of a retry', () => {
  it('tells job, attempt, error and the time of the next one, and can be parsed', async () => {
    await begin({
      name: 'billing.charge',
      run: () => {
        throw Object.assign(new TypeError('fetch "failed"\n  at x\tpassword=hunter2'), { status: 503 });
      },
    });
    const id = await scene.enqueue({ type: 'billing.charge', key: 'order 1' });
    await scene.rest();
    expect(at('warn')).toEqual([expect.stringMatching(/^job retry: id=/)]);
    expect(parseRetryLine(at('warn')[0])).toEqual({
      id,
      name: 'billing.charge',
      failure: 1,
      maxAttempts: 4,
      attempt: 1,
      error: 'TypeError: fetch "failed" at x password=[redacted]',
      next: new Date((await scene.job(id)).dueAt as number),
      delayMs: 1_000,
    });
  });

  it('is one line of bounded length for whatever was thrown', async () => {
    await begin({ run: () => Promise.reject(new Error('line\n'.repeat(100_000))) });
    await scene.enqueue();
    await scene.rest();
    expect(at('warn')[0]).not.toContain('\n');
    expect(at('warn')[0].length).toBeLessThan(600);
    expect(parseRetryLine(at('warn')[0]).error).toMatch(/^Error: line line .*…$/);
  });
});

describe('the line of a burial', () => {
  const dies: JobSetup = {
    run: () => {
      throw new NonRetryableJobError('no customer');
    },
    policy: { owner: 'payments team', runbook: 'https://wiki.example.org/charge' },
  };

  it('comes at error level from the outbox, once, right after the burial', async () => {
    await begin(dies);
    const id = await scene.enqueue({ key: 'k' });
    await scene.rest();
    expect(at('error').map(parseBurialLine)).toEqual([
      {
        id,
        name: 'task',
        reason: 'non_retryable',
        failure: '1/4',
        attempts: '1',
        error: 'NonRetryableJobError: no customer',
        owner: 'payments team',
        runbook: 'https://wiki.example.org/charge',
      },
    ]);
    await scene.clock.advance('5m');
    expect(at('error')).toHaveLength(1);
  });

  it('comes after a sweep for what the store buried itself', async () => {
    await begin({ run: () => undefined });
    const id = await scene.enqueue({ key: 'k', delayMs: 60_000, expiresInMs: 1_000 });
    await scene.clock.advance('10s');
    expect(at('error').map(parseBurialLine)).toMatchObject([
      { id, reason: 'expired', error: expect.stringMatching(/^JobExpiredError/) },
    ]);
    expect(scene.eventsOf('job.buried')).toMatchObject([{ id, reason: 'expired', error: { name: 'JobExpiredError' } }]);
  });

  it('is written again rather than not at all: an alert that was not acknowledged comes back', async () => {
    await begin(dies);
    scene.shaky.loseRequests('acknowledgeAlerts', 1);
    await scene.enqueue();
    await scene.rest();
    expect(at('error')).toHaveLength(1);
    expect(at('warn')).toEqual([expect.stringMatching(/alerts of queue work wait: EngineUnavailableError/)]);
    await scene.clock.advance('40s');
    expect(at('error')).toHaveLength(2);
    await scene.clock.advance('5m');
    expect(at('error')).toHaveLength(2);
  });

  it('survives a process that died right after the burial: another one delivers it', async () => {
    await begin(dies);
    scene.shaky.loseRequests('takeAlerts');
    await scene.enqueue();
    await scene.rest();
    expect(at('error')).toEqual([]);
    const told: string[] = [];
    const quiet = { log() {}, warn() {}, debug() {} };
    const other = new OutboxDrain(scene.engine, { ...quiet, error: (line) => told.push(line) }, scene.bus);
    await other.runOnce('work');
    expect(told).toEqual([expect.stringMatching(/^job buried: /)]);
    await other.close();
    scene.shaky.heal();
  });

  it('asks the store once for a hundred burials of one turn', async () => {
    await begin(dies, { concurrency: 100 });
    for (let i = 0; i < 100; i++) await scene.enqueue();
    await scene.rest();
    expect(at('error')).toHaveLength(100);
    expect(scene.shaky.count('takeAlerts')).toBeLessThanOrEqual(6);
  });
});

describe('other lines', () => {
  it('tell of outages at error level, of stalls and zombies as warnings', async () => {
    await begin({ run: () => new Promise(() => undefined), policy: { timeoutMs: 1_000, maxRetries: 0 } });
    scene.shaky.loseRequests('turn', 1);
    const id = await scene.enqueue({ key: 'k' });
    await scene.clock.advance('3s');
    expect(at('error')[0]).toMatch(/^store unavailable: queue=work error="EngineUnavailableError: connection refused"/);
    expect(at('log').join('\n')).toMatch(/store available again: queue=work after=\d+ms/);
    expect(at('warn')).toContain(`job zombie: id=${id} name=task attempt=1 state=running zombies=1`);
  });
});
