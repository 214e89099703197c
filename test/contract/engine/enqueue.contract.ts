import { formatJobId, newOp, parseJobId } from '../../../lib/core/job-id.js';
import type { SceneTest } from './scene-test.js';

export function enqueueContract(it: SceneTest): void {
  it('accepts a job, names it, and has it waiting at once', async (scene) => {
    const request = scene.request({ key: 'a' });
    const outcomes = await scene.engine.enqueue([request]);
    expect(outcomes).toEqual([
      { status: 'created', id: formatJobId(request), state: 'waiting', payloadChanged: false },
    ]);
    expect(await scene.stateOf(request)).toBe('waiting');
    expect(await scene.stats()).toMatchObject({ accepted: 1, waiting: 1 });
  });

  it('answers an empty call with nothing', async (scene) => {
    expect(await scene.engine.enqueue([])).toEqual([]);
  });

  it('answers each request in its place', async (scene) => {
    const requests = [
      scene.request({ key: 'a' }),
      scene.request({ type: 'other' }),
      scene.request({ key: 'a' }),
      scene.request({ key: 'b' }),
    ];
    const outcomes = await scene.engine.enqueue(requests);
    expect(outcomes.map(({ status }) => status)).toEqual(['created', 'created', 'duplicate', 'created']);
    expect(outcomes.map(({ id }) => id)).toEqual([0, 1, 0, 3].map((index) => formatJobId(requests[index])));
  });

  it('takes requests of several queues in one call', async (scene) => {
    const other = scene.otherQueue('b');
    const requests = [scene.request(), scene.request({ queue: other }), scene.request()];
    const outcomes = await scene.engine.enqueue(requests);
    expect(outcomes.map(({ id }) => parseJobId(id).queue)).toEqual([scene.queue, other, scene.queue]);
    expect((await scene.engine.stats(other)).types).toMatchObject([{ accepted: 1, waiting: 1 }]);
    expect(await scene.stats()).toMatchObject({ accepted: 2, waiting: 2 });
  });

  it('takes more requests than one batch of any engine holds', async (scene) => {
    const refs = await scene.enqueueMany(1_200);
    expect(new Set(refs.map(formatJobId)).size).toBe(1_200);
    expect(await scene.stats()).toMatchObject({ accepted: 1_200, waiting: 1_200 });
  });

  it('keeps jobs without a key apart, whatever their payload', async (scene) => {
    const [first, second] = [await scene.enqueue(), await scene.enqueue()];
    expect([first.status, second.status]).toEqual(['created', 'created']);
    expect(await scene.stats()).toMatchObject({ waiting: 2 });
  });

  it('gives the payload to the worker as the very text that was sent', async (scene) => {
    const payloads = [
      'null',
      '""',
      '{}',
      '[]',
      '{"n":9007199254740993}',
      '{ "spaced" : [ {}, [ ] ] }',
      '"\\u0000 \\ud83d\\ude00 😀 \u2028 é\\n"',
      '{"__proto__":{"a":1}}',
    ];
    for (const payload of payloads) await scene.enqueue({ payload });
    const claimed = await scene.stranger().claim();
    expect(claimed.map(({ payload }) => payload)).toEqual(payloads);
  });

  it('carries a large payload whole', async (scene) => {
    const payload = JSON.stringify({ text: 'é'.repeat(150_000), end: true });
    const { ref } = await scene.enqueue({ payload });
    await scene.enqueue({ payload: '1' });
    expect(await scene.get(ref)).toMatchObject({ payload: JSON.parse(payload) });
    const claimed = await scene.stranger().claim();
    expect(claimed.map((job) => job.payload === payload)).toEqual([true, false]);
  });

  it('gives key and overrides to the worker as they were given', async (scene) => {
    const overrides = {
      maxRetries: 1,
      timeoutMs: 2_000,
      backoff: { type: 'fixed', delayMs: 1, maxDelayMs: 2, jitter: 'none' },
    } as const;
    await scene.enqueue({ key: 7, overrides });
    await scene.enqueue({ key: 'käse~{x}' });
    await scene.enqueue();
    const [number, text, none] = await scene.stranger().claim();
    expect(number).toMatchObject({ key: 7, overrides });
    expect(text).toMatchObject({ key: 'käse~{x}' });
    expect([text.overrides, none.key]).toEqual([undefined, undefined]);
  });

  it('keeps a delayed job back until it is due', async (scene) => {
    const worker = scene.stranger();
    const { ref, state } = await scene.enqueue({ delayMs: 400 });
    expect(state).toBe('scheduled');
    expect(await worker.claim()).toEqual([]);
    const snapshot = await scene.get(ref);
    expect(snapshot).toMatchObject({ state: 'scheduled' });
    expect(snapshot!.dueAt! - snapshot!.enqueuedAt!).toBe(400);
    await scene.elapse(410);
    expect(await worker.claim()).toMatchObject([{ op: ref.op, attempt: 1 }]);
  });

  it('takes an instant before a delay, and an instant in the past for now', async (scene) => {
    const { now } = await scene.stranger().turn();
    const dueAt = now + 3_600_000;
    const later = await scene.enqueue({ dueAt, delayMs: 1 });
    expect(await scene.get(later.ref)).toMatchObject({ state: 'scheduled', dueAt });
    expect(await scene.enqueue({ dueAt: now - 5_000, delayMs: 3_600_000 })).toMatchObject({ state: 'waiting' });
    expect(await scene.enqueue({ delayMs: 0 })).toMatchObject({ state: 'waiting' });
  });

  it('takes the same operation for the same job, however often it arrives', async (scene) => {
    for (const key of ['a', undefined]) {
      const request = scene.request({ key, delayMs: 3_600_000 });
      const answers = [
        await scene.engine.enqueue([request]),
        await scene.engine.enqueue([request]),
        await scene.second.enqueue([request]),
      ];
      expect(answers.map(([{ status, id }]) => [status, id])).toEqual(Array(3).fill(['created', formatJobId(request)]));
    }
    expect(await scene.stats()).toMatchObject({ accepted: 2, scheduled: 2 });
  });

  it('takes the same operation for the same job when it has begun or ended, too', async (scene) => {
    const worker = scene.stranger();
    const request = scene.request({ key: 'a' });
    await scene.engine.enqueue([request]);
    const job = await worker.claimOne();
    expect(await scene.engine.enqueue([request])).toMatchObject([{ status: 'created', state: 'active' }]);
    await worker.turn({ settlements: [{ ...job, kind: 'completed', windowMs: 60_000, durationMs: 1 }] });
    expect(await scene.engine.enqueue([request])).toMatchObject([{ status: 'created', state: 'completed' }]);
    expect(await worker.claim()).toEqual([]);
    expect(await scene.stats()).toMatchObject({ accepted: 1 });
  });

  it('does not take a repeated request without a key when nobody remembers the first', async (scene) => {
    const forgotten = scene.request({ op: newOp(), repeat: true });
    expect(await scene.engine.enqueue([forgotten])).toEqual([
      { status: 'operation_expired', id: formatJobId(forgotten) },
    ]);
    expect(await scene.engine.get(forgotten)).toBeUndefined();

    const request = scene.request();
    await scene.engine.enqueue([request]);
    expect(await scene.second.enqueue([{ ...request, repeat: true }])).toMatchObject([
      { status: 'created', state: 'waiting' },
    ]);
    expect(await scene.stats()).toMatchObject({ accepted: 1 });
  });

  it('takes a repeated request with a key like any other', async (scene) => {
    expect(await scene.enqueue({ key: 'a', repeat: true })).toMatchObject({ status: 'created' });
    expect(await scene.enqueue({ key: 'a', repeat: true })).toMatchObject({ status: 'duplicate' });
  });

  it('never runs a repeated request twice after its job has ended', async (scene) => {
    const worker = scene.stranger();
    const request = scene.request();
    await scene.engine.enqueue([request]);
    const job = await worker.claimOne();
    await worker.settle({ ...job, kind: 'completed', windowMs: 0, durationMs: 1 });
    const [outcome] = await scene.engine.enqueue([{ ...request, repeat: true }]);
    expect(outcome.id).toBe(formatJobId(request));
    expect(await worker.claim()).toEqual([]);
    expect(await scene.stats()).toMatchObject({ accepted: 1, completed: 1 });
  });
}
