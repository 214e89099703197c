import { AuditService } from '../../../lib/dead-letters/audit.service.js';
import type { DeadLetterService } from '../../../lib/dead-letters/dead-letter.service.js';
import type { DeadLetterSelection } from '../../../lib/dead-letters/selection.js';
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
    await expect(deadLetters.list({ limit: 0 })).rejects.toThrow(/limit 0/);
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
    const ids: string[] = [];
    for (const key of [1, 2]) ids.unshift(await bury({ key }));
    await bury({ queue: 'second', type: 'other' });
    const { items } = await deadLetters.groups({ queue: 'work' });
    const [{ buriedAt, worker, group }, first] = (await deadLetters.list({ queue: 'work' })).items;
    expect(items).toEqual([
      {
        ...{ group, queue: 'work', name: 'task', errorName: 'Error', message: 'certificate expired', count: 2 },
        ...{ firstSeenAt: first.buriedAt, lastSeenAt: buriedAt, reasons: ['exhausted'], versions: [1] },
        ...{ workers: [worker], samples: ids, owner: 'partners', severity: 'critical' },
        runbook: 'https://wiki.example.org',
      },
    ]);
    expect(worker).toMatch(/^\S+:\d+$/);
    expect((await deadLetters.groups()).items).toHaveLength(2);
    expect((await deadLetters.groups({ name: 'other' })).items).toHaveLength(1);
    const page = await deadLetters.groups({ limit: 1 });
    expect((await deadLetters.groups({ limit: 1, cursor: page.nextCursor })).items).toEqual(items);
    expect((await deadLetters.list({ group })).items.map(({ id }) => id)).toEqual(ids);
  });

  it('are found by what they died of, when, and by a text', async () => {
    const first = await bury({ key: 'Order-1' });
    const { buriedAt } = (await deadLetters.list()).items[0];
    const second = await bury({ key: 'Order-2' });
    const found = async (selection: DeadLetterSelection): Promise<string[]> =>
      (await deadLetters.list(selection)).items.map(({ id }) => id);
    expect(await found({ text: 'order-1' })).toEqual([first]);
    expect(await found({ reason: 'exhausted', errorName: 'Error' })).toEqual([second, first]);
    expect(await found({ reason: 'timeout' })).toEqual([]);
    expect(await found({ httpStatus: 400 })).toEqual([]);
    expect(await found({ buriedAfter: buriedAt + 0.5 })).toEqual([second]);
    expect(await found({ buriedBefore: new Date(buriedAt + 1) })).toEqual([first]);
  });

  it.each<[DeadLetterSelection, RegExp]>([
    [
      { reason: 'exausted' as 'exhausted' },
      /DeadLetterService.list: reason is 'exausted'; it must be one of exhausted, /,
    ],
    [{ httpStatus: 99 }, /httpStatus is 99; it must be a whole number from 100 to 999/],
    [{ httpStatus: '400' as unknown as number }, /httpStatus is '400'/],
    [{ buriedAfter: new Date('nonsense') }, /buriedAfter is an invalid Date; give a Date/],
    [{ buriedBefore: NaN }, /buriedBefore is NaN/],
    [{ buriedAfter: 2, buriedBefore: 2 }, /buriedAfter is not before buriedBefore/],
    [{ text: '' }, /text is ''/],
    [{ text: 'x'.repeat(201) }, /text is longer than 200 characters/],
    [{ group: 'a~b' }, /group 'a~b' can not be used/],
    [{ queue: 'a b' }, /queue 'a b' can not be used/],
    [{ errorName: '' }, /errorName is ''/],
    [{ status: 400 } as DeadLetterSelection, /there is no option 'status'. Known are: queue, name, group/],
    [{ erorName: 'Error' } as DeadLetterSelection, /Did you mean 'errorName'\?/],
  ])('are not looked for by %j', async (selection, message) => {
    const refused = { code: 'DEAD_LETTER_SELECTION_INVALID', message: expect.stringMatching(message) };
    await expect(deadLetters.list(selection)).rejects.toMatchObject(refused);
    const dryRun = { ...ADA, dryRun: true } as const;
    for (const many of [deadLetters.replayMany(selection, dryRun), deadLetters.resolveMany(selection, dryRun)])
      await expect(many).rejects.toMatchObject({ code: 'DEAD_LETTER_SELECTION_INVALID' });
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
    const attempts = [{ attempt: 1, waitMs: expect.any(Number) }, { attempt: 2 }];
    expect(letter?.lives).toMatchObject([
      { life: 0, attempts },
      { life: 1, attempts, begunBy: { life: 1, ...ADA } },
    ]);
    const [{ endedAt, nextRetryAt = 0, waitMs }] = letter!.lives[0].attempts;
    expect(waitMs).toBe(nextRetryAt - endedAt);
    expect(letter?.lives[0].begunBy).toBeUndefined();
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
