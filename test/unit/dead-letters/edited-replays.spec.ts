import { z } from 'zod';
import type { JobContext } from '../../../lib/core/job-context.js';
import { JobRegistry } from '../../../lib/core/job-registry.js';
import type { DeadLetterService } from '../../../lib/dead-letters/dead-letter.service.js';
import type { ReplayRequest } from '../../../lib/dead-letters/replay-request.js';
import { Scene } from '../runner/scene.js';
import { lettersOf } from './letters.js';

const ADA = { actor: 'ada@example.org', reason: 'the address had a typo' };
const schema = z.object({ email: z.string().includes('@'), n: z.coerce.number().default(1) });

let scene: Scene;
let deadLetters: DeadLetterService;
let seen: { payload: unknown; key: string; step: string }[];
let healthy: boolean;

beforeEach(async () => {
  seen = [];
  healthy = false;
  const run = async (payload: unknown, ctx: JobContext): Promise<void> => {
    await ctx.step('send', async ({ idempotencyKey }) => {
      seen.push({ payload, key: ctx.idempotencyKey, step: idempotencyKey });
      return 'sent';
    });
    if (!healthy) throw new Error('bounced');
  };
  scene = await new Scene([{ run, schema, policy: { maxRetries: 0 } }]).start();
  deadLetters = lettersOf(scene, { maxPayloadBytes: 1_000 }).deadLetters;
});
afterEach(() => scene.close());

async function bury(): Promise<string> {
  const id = await scene.enqueue({ key: 'k', data: { email: 'ada@' } });
  await scene.rest();
  expect((await scene.job(id)).state).toBe('dead');
  return id;
}

async function replay(id: string, request: Partial<ReplayRequest>): Promise<void> {
  await deadLetters.replay(id, { ...ADA, ...request });
  await scene.rest();
}

describe('a replay with an edited payload', () => {
  it.each<[string, ReplayRequest['edit']]>([
    ['a patch', { patch: [{ op: 'replace', path: '/email', value: 'bob@example.org' }] }],
    ['a whole payload', { payload: { email: 'bob@example.org' } }],
  ])('given as %s runs with it, its steps done anew, and keeps the difference', async (_, edit) => {
    const id = await bury();
    await replay(id, { edit });
    expect(seen.map(({ payload }) => payload)).toEqual([
      { email: 'ada@', n: 1 },
      { email: 'bob@example.org', n: 1 },
    ]);
    expect(seen.map(({ step }) => step)).toEqual(['task:k:send', 'task:k:send']);
    const letter = await deadLetters.get(id);
    expect(letter).toMatchObject({ life: 1, payload: { email: 'bob@example.org' } });
    expect(letter?.replays).toMatchObject([
      { life: 1, ...ADA, patch: [{ op: 'replace', path: '/email', value: 'bob@example.org' }], keptSteps: false },
    ]);
    expect(letter?.history.map(({ life }) => life)).toEqual([0, 1]);
  });

  it('keeps its steps when that is asked for, and gives providers a new key when that is', async () => {
    const id = await bury();
    await replay(id, { edit: { payload: { email: 'c@d' } }, keepSteps: true });
    expect(seen).toHaveLength(1);
    await replay(id, { newIdempotencyKey: true, keepSteps: false });
    expect(seen.at(-1)).toMatchObject({ key: 'task:k#life-2', step: 'task:k#life-2:send', payload: { email: 'c@d' } });
    healthy = true;
    await replay(id, {});
    expect(await scene.job(id)).toMatchObject({ state: 'completed', idempotencyKey: 'k' });
    expect(seen).toHaveLength(2);
  });

  it.each<[string, unknown, object]>([
    ['does not fit the schema', { payload: { email: 'nobody' } }, { code: 'PAYLOAD_INVALID' }],
    ['is no JSON', { payload: { email: 'a@b', at: 1n } }, { code: 'PAYLOAD_NOT_JSON' }],
    ['is too large', { payload: { email: `a@${'b'.repeat(1_000)}` } }, { code: 'PAYLOAD_TOO_LARGE' }],
    ['is patched where nothing is', { patch: [{ op: 'remove', path: '/mail' }] }, { code: 'PATCH_FAILED', index: 0 }],
    ['is tested to be another', { patch: [{ op: 'test', path: '/email', value: 'x' }] }, { code: 'PATCH_FAILED' }],
    ['is given twice', { patch: [], payload: {} }, { code: 'REPLAY_OPTIONS_INVALID' }],
    ['is not given', {}, { code: 'REPLAY_OPTIONS_INVALID' }],
    ['is no list of operations', { patch: {} }, { code: 'REPLAY_OPTIONS_INVALID' }],
  ])('moves nothing when it %s', async (_, edit, error) => {
    const id = await bury();
    await expect(replay(id, { edit: edit as never })).rejects.toMatchObject(error);
    expect(await scene.job(id)).toMatchObject({ state: 'dead', life: 0, payload: { email: 'ada@' }, replays: [] });
    expect(seen).toHaveLength(1);
  });

  it('is refused where nobody knows what the payload must be', async () => {
    const id = await bury();
    const stranger = lettersOf(scene, { registry: new JobRegistry() }).deadLetters;
    const edit = { payload: { email: 'a@b' } };
    await expect(stranger.replay(id, { ...ADA, edit })).rejects.toMatchObject({ code: 'SCHEMA_UNAVAILABLE' });
    await stranger.replay(id, ADA);
  });

  it('is refused for a life that is over, and says in which one it is dead', async () => {
    const id = await bury();
    await replay(id, { life: 0 });
    await expect(replay(id, { life: 0 })).rejects.toMatchObject({
      code: 'DEAD_LETTER_SETTLED',
      state: 'dead',
      life: 1,
    });
    const edit = { payload: { email: 'a@b' } };
    await expect(replay(id, { life: 0, edit })).rejects.toMatchObject({ code: 'DEAD_LETTER_SETTLED', life: 1 });
    expect(await scene.job(id)).toMatchObject({ state: 'dead', life: 1 });
  });

  it('is done by one of two who are at it at the same time; the other is told', async () => {
    const id = await bury();
    const edits = ['a@b', 'c@d'].map((email) => deadLetters.replay(id, { ...ADA, edit: { payload: { email } } }));
    const outcomes = await Promise.allSettled(edits);
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(outcomes.find(({ status }) => status === 'rejected')).toMatchObject({
      reason: { code: 'DEAD_LETTER_SETTLED' },
    });
  });

  it.each([{ keepStep: true }, { life: -1 }, { newIdempotencyKey: 'x' }, { edit: 'x' }])(
    'knows no option %j',
    async (options) => {
      const id = await bury();
      await expect(replay(id, options as never)).rejects.toMatchObject({ code: 'REPLAY_OPTIONS_INVALID' });
    },
  );
});
