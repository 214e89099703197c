import { TurnsInFlight } from '../../../lib/runner/turns-in-flight.js';
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

describe('a bell that rings while a turn is under way', () => {
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
