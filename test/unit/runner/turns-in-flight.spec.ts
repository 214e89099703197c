import { TurnsInFlight } from '../../../lib/runner/turns-in-flight.js';
import { JobWorker } from '../../../lib/runner/worker.js';
import { Gate } from './handlers.js';
import { type JobSetup, Scene } from './scene.js';

let scene: Scene;

/** A worker of eight slots whose turns wait for their answers, in front of so many jobs. */
async function inFrontOf(jobs: number, setup: JobSetup): Promise<{ answer: () => Promise<void> }> {
  scene = new Scene([setup], { concurrency: 8 });
  for (let key = 0; key < jobs; key++) await scene.enqueue({ key });
  let release = scene.shaky.delayReplies('turn');
  await scene.worker.start();
  await scene.rest();
  return {
    answer: async () => {
      const last = release;
      last();
      release = scene.shaky.delayReplies('turn');
      await scene.rest();
    },
  };
}

const carried = (from: number): unknown[] =>
  scene.shaky.turns
    .slice(from)
    .map(({ lane, seq, settlements, slots }) => ({ lane, seq, ended: settlements.length, slots }));

describe('a second turn', () => {
  afterEach(async () => {
    scene.shaky.delayReplies('turn')();
    await scene.close();
  });

  it('goes ahead of the answer to the first where half of the slots came to an end', async () => {
    const { answer } = await inFrontOf(16, { run: () => undefined });
    expect(carried(0)).toEqual([{ lane: 0, seq: 1, ended: 0, slots: 8 }]);
    await answer();
    expect(carried(1)).toEqual([
      { lane: 0, seq: 2, ended: 4, slots: 4 },
      { lane: 1, seq: 1, ended: 4, slots: 4 },
    ]);
    for (let round = 0; round < 4; round++) await answer();
    expect((await scene.engine.stats('work')).types[0]).toMatchObject({ completed: 16, active: 0, waiting: 0 });
  });

  it('waits for the first where less came to an end', async () => {
    const gate = new Gate();
    const { answer } = await inFrontOf(16, { run: gate.run });
    await answer();
    const before = scene.shaky.turns.length;
    gate.open();
    await scene.rest();
    gate.open();
    gate.open();
    await scene.rest();
    expect(carried(before)).toEqual([expect.objectContaining({ ended: 1 })]);
    await answer();
    expect(carried(before + 1)).toEqual([expect.objectContaining({ ended: 2 })]);
    gate.openAll();
  });

  it('asks for no type that a limit of the process holds, since the first may bring all that it allows', async () => {
    const { answer } = await inFrontOf(16, { run: () => undefined, policy: { processConcurrency: 6 } });
    await answer();
    const [first, second] = scene.shaky.turns.slice(1);
    expect([first.demand.length, second?.demand.length]).toEqual([1, 0]);
  });
});

describe('turns that overlap all the time', () => {
  afterEach(async () => {
    scene.shaky.heal();
    await scene.close();
  });

  it('leave no type out that has a limit in this process', async () => {
    const order: string[] = [];
    const job = (name: string, policy = {}): JobSetup => ({ name, policy, run: () => void order.push(name) });
    scene = new Scene([job('free'), job('limited', { processConcurrency: 1 })], { concurrency: 8 });
    for (let key = 0; key < 80; key++) await scene.enqueue({ type: 'free', key });
    for (let key = 0; key < 3; key++) await scene.enqueue({ type: 'limited', key });
    const answerOne = scene.shaky.holdReplies('turn');
    await scene.worker.start();
    for (let turn = 0; turn < 12; turn++) {
      await scene.rest();
      answerOne();
    }
    await scene.rest();
    expect(order.filter((name) => name === 'limited')).toHaveLength(3);
    expect(order.length).toBeLessThan(80);
  });

  it('are no look at the store for whoever waits until all is quiet', async () => {
    const gate = new Gate();
    const limited = { name: 'limited', policy: { processConcurrency: 1 }, run: () => undefined };
    scene = new Scene([{ run: gate.run }, limited], { concurrency: 8 });
    await scene.enqueue();
    const answerOne = scene.shaky.holdReplies('turn');
    await scene.worker.start();
    await scene.rest();
    answerOne();
    await scene.rest();
    const late = await scene.enqueue({ type: 'limited', key: 1 });
    const quiet = scene.worker.quiet();
    await scene.rest();
    gate.open();
    await scene.rest();
    expect(scene.shaky.turns.map(({ lane }) => lane)).toEqual([0, 0, 1]);
    scene.shaky.heal();
    await quiet;
    expect(await scene.job(late)).toMatchObject({ state: 'completed' });
  });
});

describe('an answer that went wrong after its slots were filled', () => {
  it('frees them once', async () => {
    const gate = new Gate();
    scene = new Scene([{ run: gate.run }], { concurrency: 2 });
    const { engine } = scene.shaky;
    for (let key = 0; key < 5; key++) await scene.enqueue({ key });
    let answers = 0;
    const turn: typeof engine.turn = async (asked) => {
      const answer = await engine.turn(asked);
      const claimed = answer.claimed.slice(0, 1).map((job) => ({ ...job, type: 'nobody' }));
      return ++answers === 1 ? { ...answer, claimed } : answer;
    };
    const worker = new JobWorker(
      scene.partsOf({
        engine: Object.assign(Object.create(engine) as typeof engine, { turn }),
        options: { concurrency: 2 },
      }),
    );
    await worker.start();
    await scene.clock.advance('1s');
    expect(gate.started).toHaveLength(1);
    const drained = worker.drain();
    gate.openAll();
    await scene.clock.advance('1h');
    await drained;
  });
});

describe('a bell that rings while a turn is under way', () => {
  it('is not lost where the look that it asks for comes into that turn', async () => {
    const gate = new Gate();
    scene = new Scene([{ run: gate.run }]);
    const { engine } = scene.shaky;
    // As on Redis: who was woken has had the token, and listening again does not bring it back.
    const ears: (() => void)[] = [];
    const waitForWork = (): Promise<void> => new Promise((resolve) => ears.push(resolve));
    const worker = new JobWorker(
      scene.partsOf({ engine: Object.assign(Object.create(engine) as typeof engine, { waitForWork }) }),
    );
    for (let key = 0; key < 2; key++) await scene.enqueue({ key });
    await worker.start();
    await scene.rest();
    const answer = scene.shaky.delayReplies('turn');
    const before = scene.shaky.turns.length;
    // The first end asks for a turn, and the last one does not wait for it.
    gate.open();
    gate.open();
    while (scene.shaky.turns.length === before) await Promise.resolve();
    const id = await scene.enqueue({ key: 2 });
    ears.shift()?.();
    await scene.rest();
    answer();
    await scene.rest();
    expect(await scene.job(id)).toMatchObject({ state: 'active' });
    gate.openAll();
    await worker.drain();
  });

  it('is not lost: the turn may have looked before', async () => {
    const gate = new Gate();
    scene = await new Scene([{ run: gate.run }], { concurrency: 8 }).start();
    await scene.enqueue({ key: 1 });
    await scene.rest();
    const answer = scene.shaky.delayReplies('turn');
    gate.open();
    await scene.rest();
    const id = await scene.enqueue({ key: 2 });
    await scene.rest();
    answer();
    await scene.rest();
    expect(await scene.job(id)).toMatchObject({ state: 'active' });
    gate.openAll();
    await scene.close();
  });
});

describe('the turns in flight', () => {
  it('hide from the beat no claim that may still arrive', () => {
    const turns = new TurnsInFlight(8);
    expect(turns.sureToken(5)).toBe(5);
    const first = turns.free()!;
    turns.begin(first, 5);
    expect(turns.sureToken(7)).toBe(5);
    const second = turns.free()!;
    turns.begin(second, 7);
    expect(turns.free()).toBeUndefined();
    first.inFlight = false;
    expect(turns.sureToken(9)).toBe(7);
    second.inFlight = false;
    expect(turns.sureToken(9)).toBe(9);
    expect(turns.idle).toBe(true);
  });

  it.each([
    [1, 4],
    [8, 4],
    [50, 25],
    [1_000, 64],
  ])('are joined with %i slots by a second one when %i attempts ended', (slots, ended) => {
    expect(new TurnsInFlight(slots).worthwhile).toBe(ended);
  });
});
