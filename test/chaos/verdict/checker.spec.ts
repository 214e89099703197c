import type { TypeStats } from '../../../lib/engine/inspector.port.js';
import type { Entry, Happening } from '../history/happening.js';
import type { Census, FoundJob } from './census.js';
import { judge } from './checker.js';

const JOB = 'work~task~n1~op';
const WORKER = 10;
const OTHER = 20;

const completed: FoundJob = { state: 'completed', life: 0, result: 101 };

/** One entry a millisecond, by whoever is named. */
function history(...happenings: readonly [pid: number, happening: Happening][]): Entry[] {
  return happenings.map(([pid, happening], n) => ({ at: n, pid, ...happening }));
}

function census(jobs: Record<string, FoundJob>, rest: Partial<TypeStats & Pick<Census, 'listed'>> = {}): Census {
  const { listed = new Map<string, never[]>(), ...figures } = rest;
  const states = Object.values(jobs).map(({ state }) => state);
  const count = (state: string): number => states.filter((each) => each === state).length;
  const type: TypeStats = {
    ...{ type: 'task', version: 1, paused: false, accepted: states.length },
    ...{ scheduled: count('scheduled'), waiting: count('waiting'), active: count('active'), dead: count('dead') },
    ...{ completed: count('completed'), cancelled: count('cancelled'), resolved: count('resolved') },
    ...figures,
  };
  return { types: [type], jobs: new Map(Object.entries(jobs)), listed };
}

const accepted = (n = 1, id = JOB): [number, Happening] => [1, { what: 'accepted', call: n, n, id, status: 'created' }];
const claimed = (pid: number, token: number, attempt = 1, id = JOB): [number, Happening][] => [
  [pid, { what: 'claimed', id, life: 0, attempt, token }],
  [pid, { what: 'begun', id, attempt, token }],
];
const ended = (pid: number, token: number, id = JOB): [number, Happening] => [pid, { what: 'ended', id, token }];
const settling = (pid: number, token: number): [number, Happening] => [
  pid,
  { what: 'settling', id: JOB, token, kind: 'completed' },
];
const settled = (pid: number, token: number, status: 'ok' | 'lease_lost' = 'ok'): [number, Happening] => [
  pid,
  { what: 'settled', id: JOB, token, kind: 'completed', status },
];
const killed: [number, Happening] = [1, { what: 'exited', victim: WORKER, how: 'SIGKILL' }];
const once = [...claimed(WORKER, 101), ended(WORKER, 101), settling(WORKER, 101), settled(WORKER, 101)];

describe('the judge of a history', () => {
  it('has nothing against a job that was accepted, run once and found completed', () => {
    const { row, violations } = judge(history(accepted(), ...once), census({ [JOB]: completed }));
    expect(violations).toEqual([]);
    expect(row).toMatchObject({ accepted: 1, completed: 1, dead: 0, unknown: 0, lost: 0, staleAccepted: 0 });
    expect([...row.again]).toEqual([]);
  });

  it('nor against one that was run again because its worker was killed', () => {
    const entries = history(
      accepted(),
      ...claimed(WORKER, 101),
      killed,
      ...claimed(OTHER, 102, 2),
      ended(OTHER, 102),
      settling(OTHER, 102),
      settled(OTHER, 102),
    );
    const { row, violations } = judge(entries, census({ [JOB]: { ...completed, result: 102 } }));
    expect(violations).toEqual([]);
    expect([...row.again]).toEqual([['killed', 1]]);
  });

  it('counts enqueues of unknown outcome by how they came out', () => {
    const [there, absent, repeated] = ['work~task~n2~op', 'work~task~n3~op', 'work~task~n4~op'];
    const unsure = (n: number, id: string): [number, Happening] => [
      1,
      { what: 'unsure', call: n, n, id, code: 'ENGINE_TIMEOUT' },
    ];
    const entries = history(
      ...[unsure(2, there), unsure(3, absent), unsure(4, repeated), accepted(4, repeated)],
      ...[there, repeated].flatMap((id) => [...claimed(WORKER, 101, 1, id), ended(WORKER, 101, id)]),
    );
    const { row, violations } = judge(entries, census({ [there]: completed, [repeated]: completed }));
    expect(violations).toEqual([]);
    expect(row).toMatchObject({ accepted: 2, unknown: 3, unknownRepeated: 1, unknownThere: 1 });
  });

  describe('turns red', () => {
    const red = (entries: Entry[], found: Census): string => judge(entries, found).violations.join('\n');

    it('for an accepted job of which the store knows nothing', () => {
      const { row, violations } = judge(history(accepted()), census({}));
      expect(row.lost).toBe(1);
      expect(violations.join()).toMatch(/lost: .* the store knows nothing of it/);
    });

    it('for a completed job of which no handler came to its end', () => {
      const entries = history(accepted(), ...claimed(WORKER, 101));
      expect(red(entries, census({ [JOB]: completed }))).toMatch(/lost: .* no handler came to its end/);
    });

    it('for a job in two places', () => {
      const entries = history(accepted(), ...once);
      const listed = new Map([[JOB, ['waiting' as const]]]);
      expect(red(entries, census({ [JOB]: completed }, { listed }))).toMatch(/is completed, and stands in: waiting/);
      const dead: FoundJob = { state: 'dead', life: 0 };
      const twice = new Map([[JOB, ['active' as const, 'dead' as const]]]);
      expect(red(entries, census({ [JOB]: dead }, { listed: twice }))).toMatch(/stands in: active, dead/);
    });

    it('for a dead job that no list shows', () => {
      expect(red(history(accepted()), census({ [JOB]: { state: 'dead', life: 0 } }))).toMatch(/stands in: no list/);
    });

    it('for a ledger that does not add up, or counts other jobs than there are', () => {
      const entries = history(accepted(), ...once);
      expect(red(entries, census({ [JOB]: completed }, { waiting: 1 }))).toMatch(/task: 1 accepted, 2 found/);
      expect(red(entries, census({ [JOB]: completed }, { accepted: 2, completed: 2 }))).toMatch(
        /accepted 2 jobs; the producers know of 1/,
      );
    });

    it('for a write of an attempt whose job had been handed out again', () => {
      const entries = history(
        accepted(),
        ...claimed(WORKER, 101),
        ...claimed(OTHER, 102, 2),
        killed,
        ended(OTHER, 102),
        settling(OTHER, 102),
        settled(OTHER, 102, 'lease_lost'),
        ended(WORKER, 101),
        settling(WORKER, 101),
        settled(WORKER, 101),
      );
      const { row, violations } = judge(entries, census({ [JOB]: completed }));
      expect(row.staleAccepted).toBe(2);
      expect(violations.join('\n')).toMatch(/stale write accepted: completed of .* under token 101/);
      expect(violations.join('\n')).toMatch(/the result of .* is of token 101, but 102 had it last/);
    });

    it('for an end that was done, and answered as if it had been refused', () => {
      const end = [ended(WORKER, 101), settling(WORKER, 101), settled(WORKER, 101, 'lease_lost')];
      const entries = history(accepted(), ...claimed(WORKER, 101), ...end);
      expect(red(entries, census({ [JOB]: completed }))).toMatch(/refused: .* was told that it had lost the job/);
    });

    it('for a step of such an attempt', () => {
      const step = (what: 'recording' | 'recorded'): [number, Happening] =>
        what === 'recording'
          ? [WORKER, { what, id: JOB, token: 101 }]
          : [WORKER, { what, id: JOB, token: 101, status: 'ok' }];
      const entries = history(
        ...[accepted(), ...claimed(WORKER, 101), killed, ...claimed(OTHER, 102, 2)],
        ...[step('recording'), step('recorded'), ended(OTHER, 102), settling(OTHER, 102), settled(OTHER, 102)],
      );
      expect(red(entries, census({ [JOB]: { ...completed, result: 102 } }))).toMatch(/stale write accepted: a step/);
    });

    it('for a fencing token that does not grow, and an attempt that is handed out twice', () => {
      const backwards = history(
        accepted(),
        ...claimed(WORKER, 102),
        killed,
        ...claimed(OTHER, 101, 2),
        ended(OTHER, 101),
      );
      expect(red(backwards, census({ [JOB]: completed }))).toMatch(/got token 101, not above 102/);
      const twice = history(accepted(), ...claimed(WORKER, 101), killed, ...claimed(OTHER, 102), ended(OTHER, 102));
      expect(red(twice, census({ [JOB]: { ...completed, result: 102 } }))).toMatch(
        /handed out twice, under 101 and 102/,
      );
    });

    it('for a job that was run again though nothing happened to its first worker', () => {
      const entries = history(
        ...[accepted(), ...claimed(WORKER, 101), ...claimed(OTHER, 102, 2)],
        ...[ended(OTHER, 102), settling(OTHER, 102), settled(OTHER, 102)],
      );
      expect(red(entries, census({ [JOB]: { ...completed, result: 102 } }))).toMatch(/run again without a reason: 1/);
    });

    it.each([
      [1_000, ''],
      [5_000, 'run again without a reason: 1'],
    ])('for such a job, though a heartbeat was 600 ms late, if the lease was long (%i ms)', (leaseMs, violation) => {
      const entries = history(
        accepted(),
        [WORKER, { what: 'ready', leaseMs }],
        ...claimed(WORKER, 101),
        [WORKER, { what: 'slow', call: 'heartbeat', ms: 600 }],
        ...claimed(OTHER, 102, 2),
        ended(OTHER, 102),
        settling(OTHER, 102),
        settled(OTHER, 102),
      );
      const { violations } = judge(entries, census({ [JOB]: { ...completed, result: 102 } }));
      expect(violations.join()).toContain(violation);
      expect(violations).toHaveLength(violation === '' ? 0 : 1);
    });

    it('for a job that nobody enqueued, that was refused, or that was accepted under two ids', () => {
      const foreign = history(accepted(), ...once, ...claimed(WORKER, 105, 1, 'work~task~n9~op'));
      expect(red(foreign, census({ [JOB]: completed }))).toMatch(/nobody has enqueued work~task~n9~op/);
      const refused = history([1, { what: 'refused', call: 1, n: 1, id: JOB, code: 'ENGINE_FULL' }]);
      expect(red(refused, census({ [JOB]: completed }))).toMatch(/was refused, and is there/);
      const other = 'work~task~n1~other';
      const two = history(accepted(), accepted(1, other));
      expect(red(two, census({ [JOB]: completed, [other]: completed }))).toMatch(/job 1 was accepted twice/);
    });

    it('for a job that never came to its end', () => {
      const listed = new Map([[JOB, ['waiting' as const]]]);
      const found = census({ [JOB]: { state: 'waiting', life: 0 } }, { listed });
      expect(red(history(accepted()), found)).toBe('not at their end: 1 jobs');
    });
  });
});
