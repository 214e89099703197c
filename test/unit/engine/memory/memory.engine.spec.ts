import { newOp, slotOfKey } from '../../../../lib/core/job-id.js';
import { MemoryEngine } from '../../../../lib/engine/memory/memory.engine.js';
import { ManualClock } from '../../../../lib/testing/manual-clock.js';

describe('MemoryEngine', () => {
  it('runs a job from enqueue to its end', async () => {
    const engine = new MemoryEngine(new ManualClock());
    const ref = { queue: 'q', type: 't', slotKey: slotOfKey('k'), op: newOp() };
    await engine.enqueue([{ ...ref, version: 1, level: 1, payload: '{"a":1}', payloadHash: 'h' }]);
    const turn = {
      queue: 'q',
      worker: 'w',
      lane: 0,
      slots: 5,
      demand: [{ type: 't', version: 1, quota: 5, timeoutMs: 1000 }],
      lowestFirst: false,
      takeSuspect: true,
    };
    const { claimed } = await engine.turn({ ...turn, seq: 1, settlements: [] });
    expect(claimed).toHaveLength(1);
    const answer = await engine.turn({
      ...turn,
      seq: 2,
      settlements: [{ ...claimed[0], kind: 'completed', windowMs: 1000, result: '5', durationMs: 1 }],
    });
    expect(answer.settled).toEqual(['ok']);
    expect(await engine.get(ref)).toMatchObject({ state: 'completed', result: 5 });
  });
});
