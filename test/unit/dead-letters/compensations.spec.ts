import type { JobLogger } from '../../../lib/core/job-logger.js';
import { Compensations } from '../../../lib/dead-letters/on-dead/compensations.js';
import { OutboxDrain } from '../../../lib/monitoring/alerts/outbox-drain.js';
import { noRedaction } from '../../../lib/core/redaction.js';
import { Scene } from '../runner/scene.js';

const fails = (): never => {
  throw Object.assign(new Error('no such customer'), { status: 404 });
};

describe('what onDead asks for', () => {
  let scene: Scene;
  let outbox: OutboxDrain;
  const lines: Record<'error' | 'warn', string[]> = { error: [], warn: [] };
  const logger: JobLogger = {
    log: () => undefined,
    debug: () => undefined,
    warn: (line) => lines.warn.push(line),
    error: (line) => lines.error.push(line),
  };
  const dead: unknown[] = [];

  beforeEach(async () => {
    for (const list of [lines.error, lines.warn, dead]) list.length = 0;
    scene = new Scene(
      [
        { run: fails, compensatedBy: 'task:onDead' },
        { name: 'plain', run: fails },
        { name: 'task:onDead', run: (payload) => void dead.push(payload) },
      ],
      { parts: { duties: [(queue) => outbox.runOnce(queue)] } },
    );
    const compensations = new Compensations({ engine: scene.shaky.engine, bus: scene.bus, clock: scene.clock });
    outbox = new OutboxDrain(scene.shaky.engine, logger, scene.bus, noRedaction, {
      follow: (entries) => compensations.follow(entries),
    });
    await scene.worker.start();
  });
  afterEach(async () => {
    await scene.close();
    await outbox.close();
  });

  it('is enqueued with what died, and for what has an onDead only', async () => {
    const id = await scene.enqueue({ key: 'k', data: { order: 7 } });
    await scene.enqueue({ type: 'plain' });
    await scene.rest();
    expect(dead).toEqual([
      expect.objectContaining({
        ...{ id, name: 'task', queue: 'work', idempotencyKey: 'k', life: 0, attempts: 1, reason: 'non_retryable' },
        ...{ payload: { order: 7 }, httpStatus: 404, compensatedBy: 'task:onDead' },
        error: expect.objectContaining({ name: 'Error', message: 'no such customer', httpStatus: 404 }),
      }),
    ]);
    expect(lines).toMatchObject({ error: [expect.anything(), expect.anything()], warn: [] });
  });

  it('is asked for until the store accepts it; the alert is told meanwhile, once', async () => {
    scene.shaky.loseRequests('enqueue', 2);
    const id = await scene.enqueue();
    await scene.enqueue({ type: 'plain' });
    await scene.rest();
    expect(dead).toEqual([]);
    expect(lines.error).toHaveLength(2);
    expect(lines.warn).toEqual([
      'onDead of 1 dead job(s) of queue work waits: EngineUnavailableError: connection refused; it is asked for again in 30 s',
    ]);
    await scene.clock.advance('2m');
    expect(lines.warn).toHaveLength(2);
    expect(dead).toEqual([expect.objectContaining({ id })]);
    expect(lines.error).toHaveLength(2);
    expect(await scene.engine.takeAlerts('work', 10, 1)).toEqual([]);
  });

  it('is one job when the reply to its enqueue is lost', async () => {
    scene.shaky.loseReplies('enqueue', 1);
    const id = await scene.enqueue();
    await scene.clock.advance('2m');
    expect(dead).toEqual([expect.objectContaining({ id })]);
  });
});
