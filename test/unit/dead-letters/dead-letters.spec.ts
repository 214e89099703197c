import { AuditService } from '../../../lib/dead-letters/audit.service.js';
import type { DeadLetterService } from '../../../lib/dead-letters/dead-letter.service.js';
import { Scene } from '../runner/scene.js';
import { lettersOf } from './letters.js';

const ADA = { actor: 'ada@example.org', reason: 'the partner fixed its certificate' };

let scene: Scene;
let deadLetters: DeadLetterService;
let audit: AuditService;
let healthy: boolean;

beforeEach(async () => {
  healthy = false;
  const run = (): void => {
    if (!healthy) throw new Error('certificate expired');
  };
  const policy = {
    maxRetries: 1,
    owner: 'partners',
    runbook: 'https://wiki.example.org',
    severity: 'critical',
  } as const;
  scene = await new Scene([
    { run, policy },
    { run, policy, name: 'other', queue: 'second' },
  ]).start();
  deadLetters = lettersOf(scene).deadLetters;
  audit = new AuditService(scene.engine);
});
afterEach(() => scene.close());

async function bury(options: Parameters<Scene['enqueue']>[0] = {}): Promise<string> {
  const id = await scene.enqueue(options);
  await scene.clock.advance('2s');
  expect((await scene.job(id)).state).toBe('dead');
  return id;
}

describe('dead letters', () => {
  it('are listed newest first, by queue and by name, page by page', async () => {
    const ids: string[] = [];
    for (let i = 0; i < 3; i++) ids.unshift(await bury({ key: i }));
    const other = await bury({ queue: 'second', type: 'other' });
    expect((await deadLetters.list()).items.map(({ id }) => id)).toEqual([other, ...ids]);
    expect((await deadLetters.list({ queue: 'work' })).items.map(({ id }) => id)).toEqual(ids);
    expect((await deadLetters.list({ name: 'other' })).items.map(({ id }) => id)).toEqual([other]);
    const first = await deadLetters.list({ queue: 'work', limit: 2 });
    const second = await deadLetters.list({ queue: 'work', limit: 2, cursor: first.nextCursor });
    expect([...first.items, ...second.items].map(({ id }) => id)).toEqual(ids);
    expect(second.nextCursor).toBeUndefined();
    expect(() => deadLetters.list({ limit: 0 })).toThrow(/limit 0/);
  });

  it('have their whole story', async () => {
    const id = await bury({ key: 'o-1', data: { orderId: 'o-1' } });
    expect(await deadLetters.get(id)).toMatchObject({
      ...{ id, name: 'task', queue: 'work', reason: 'exhausted', idempotencyKey: 'o-1', payload: { orderId: 'o-1' } },
      ...{
        attempts: 2,
        failures: 2,
        maxAttempts: 2,
        owner: 'partners',
        severity: 'critical',
        group: expect.any(String),
      },
      history: [
        { attempt: 1, life: 0, error: { message: 'certificate expired' }, nextRetryAt: expect.any(Number) },
        { attempt: 2, life: 0 },
      ],
    });
  });

  it('that are not there are undefined; what is no id is an error', async () => {
    healthy = true;
    const id = await scene.enqueue({ key: 'k' });
    await scene.rest();
    expect(await deadLetters.get(id)).toBeUndefined();
    await expect(deadLetters.get('nonsense')).rejects.toMatchObject({ code: 'JOB_ID_INVALID' });
  });

  it('of one fault in many jobs are one group', async () => {
    for (const key of [1, 2]) await bury({ key });
    const groups = new Set((await deadLetters.list()).items.map(({ group }) => group));
    expect(groups.size).toBe(1);
  });
});

describe('a replay', () => {
  it('begins a new life with the same id and history, and leaves an audit line', async () => {
    const id = await bury({ key: 'k' });
    healthy = true;
    await deadLetters.replay(id, ADA);
    await scene.rest();
    expect(await scene.job(id)).toMatchObject({ state: 'completed' });
    expect((await audit.list()).items).toMatchObject([{ action: 'replay', target: id, ...ADA }]);
    expect(scene.eventsOf('job.replayed')).toMatchObject([{ id, ...ADA }]);
  });

  it('that fails again buries it again, with both lives in its history', async () => {
    const id = await bury({ key: 'k' });
    await deadLetters.replay(id, ADA);
    await scene.clock.advance('2s');
    const letter = await deadLetters.get(id);
    expect(letter).toMatchObject({ life: 1, attempts: 2 });
    expect(letter?.history.map(({ life, attempt }) => `${life}.${attempt}`)).toEqual(['0.1', '0.2', '1.1', '1.2']);
  });
});

describe('a resolution', () => {
  it('takes it out of the queue, answers for its key, and leaves an audit line with what stood there', async () => {
    const id = await bury({ key: 'k' });
    await deadLetters.resolve(id, ADA);
    expect((await deadLetters.list()).items).toEqual([]);
    expect(await scene.job(id)).toMatchObject({ state: 'resolved' });
    const [entry] = (await audit.list()).items;
    expect(entry).toMatchObject({ action: 'resolve', target: id, ...ADA });
    expect(JSON.parse(entry.before as string)).toMatchObject({ id, reason: 'exhausted' });
    expect(scene.eventsOf('job.resolved')).toMatchObject([{ id, ...ADA }]);
  });
});

describe.each(['replay', 'resolve'] as const)('%s', (verb) => {
  it('needs somebody and a reason', async () => {
    const id = await bury({ key: 'k' });
    for (const by of [
      undefined,
      {},
      { actor: 'ada', reason: ' ' },
      { actor: '', reason: 'x' },
      { actor: 'a', reason: 'x'.repeat(501) },
    ]) {
      await expect(deadLetters[verb](id, by as never)).rejects.toMatchObject({ code: 'ACTOR_AND_REASON_REQUIRED' });
    }
    expect((await scene.job(id)).state).toBe('dead');
  });

  it('of what is not dead any more says so, and of what never was says that', async () => {
    const id = await bury({ key: 'k' });
    await deadLetters.resolve(id, ADA);
    await expect(deadLetters[verb](id, ADA)).rejects.toMatchObject({ code: 'DEAD_LETTER_SETTLED', state: 'resolved' });
    const unknown = id.replace(/[^~]+$/, 'AAAAAAAAAAAA');
    await expect(deadLetters[verb](unknown, ADA)).rejects.toMatchObject({
      code: 'DEAD_LETTER_UNKNOWN',
      jobId: unknown,
    });
  });
});

describe('the audit', () => {
  it('is listed newest first over all queues, page by page, each entry once', async () => {
    const ids = [
      await bury({ key: 1 }),
      await bury({ queue: 'second', type: 'other' }),
      await bury({ key: 2 }),
      await bury({ key: 3 }),
    ];
    for (const id of ids) {
      await deadLetters.resolve(id, ADA);
      await scene.clock.advance('1s');
    }
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await audit.list({ limit: 1, cursor });
      seen.push(...page.items.map(({ target }) => target));
      cursor = page.nextCursor;
    } while (cursor);
    expect(seen).toEqual([...ids].reverse());
    expect((await audit.list({ queue: 'second' })).items.map(({ target }) => target)).toEqual([ids[1]]);
    await expect(audit.list({ cursor: 'nonsense' })).rejects.toMatchObject({ code: 'CURSOR_INVALID' });
  });
});
