import type { JobPolicy } from '../../../lib/core/job-policy.js';
import type { ClaimedJob } from '../../../lib/engine/consumer.port.js';
import { ClaimRotation, type Demands } from '../../../lib/runner/claim-rotation.js';
import { registryOf } from './scene.js';

interface Type {
  readonly name: string;
  readonly policy?: Partial<JobPolicy>;
  readonly versions?: readonly number[];
}

function rotation(types: readonly Type[], zombies: Record<string, number> = {}): ClaimRotation {
  const jobs = types.map(({ name, policy, versions = [1] }) => ({
    ...{ name, policy, version: versions[0], run: () => undefined },
    migrations: new Map(versions.slice(1).map((from) => [from, (payload: never) => payload])),
  }));
  return new ClaimRotation(registryOf(...jobs).all(), (type) => zombies[type] ?? 0);
}

const texts = ({ demand }: Demands): string[] =>
  demand.map(({ type, version, quota }) => `${type}@${version}:${quota}`);
/** Of a turn that brings nothing. */
function asked(claims: ClaimRotation, slots: number): string[] {
  const demands = claims.demands(slots);
  claims.answered(demands.demand, []);
  return texts(demands);
}
const jobs = (...types: string[]): ClaimedJob[] => types.map((type) => ({ type }) as ClaimedJob);

describe('what a lane asks for', () => {
  it('is every type with every version it can take, in turn', () => {
    const claims = rotation([{ name: 'a' }, { name: 'b', versions: [3, 1, 2] }]);
    expect(asked(claims, 4)).toEqual(['a@1:4', 'b@3:4', 'b@1:4', 'b@2:4']);
    expect(claims.claimable()).toHaveLength(4);
  });

  it('puts last who was served last', () => {
    const claims = rotation([{ name: 'a' }, { name: 'b' }, { name: 'c' }]);
    claims.answered([], jobs('a', 'a'));
    expect(asked(claims, 1)).toEqual(['b@1:1', 'c@1:1', 'a@1:1']);
    claims.answered([], jobs('c'));
    expect(asked(claims, 1)).toEqual(['b@1:1', 'a@1:1', 'c@1:1']);
    claims.answered([], jobs());
    expect(asked(claims, 1)).toEqual(['b@1:1', 'a@1:1', 'c@1:1']);
  });

  it('keeps to the limit of a type, with its zombies counted', () => {
    const zombies = { a: 0 };
    const claims = rotation([{ name: 'a', policy: { processConcurrency: 3 } }, { name: 'b' }], zombies);
    expect(asked(claims, 10)).toEqual(['a@1:3', 'b@1:10']);
    claims.answered([], jobs('a', 'a'));
    expect(asked(claims, 10)).toEqual(['b@1:10', 'a@1:1']);
    zombies.a = 1;
    expect(asked(claims, 10)).toEqual(['b@1:10']);
    expect(claims.claimable()).toEqual([{ type: 'b', version: 1 }]);
    claims.ended('a');
    expect(asked(claims, 10)).toEqual(['b@1:10', 'a@1:1']);
  });

  it('leaves a limited type to the turn that asks for it already, until that is over', () => {
    const claims = rotation([{ name: 'a', policy: { processConcurrency: 3 } }, { name: 'b' }]);
    const first = claims.demands(10);
    expect(texts(first)).toEqual(['a@1:3', 'b@1:10']);
    const second = claims.demands(10);
    expect(texts(second)).toEqual(['b@1:10']);
    claims.answered(second.demand, jobs('b'));
    expect(asked(claims, 10)).toEqual(['b@1:10']);
    claims.answered(first.demand, jobs('a'));
    expect(asked(claims, 10)).toEqual(['b@1:10', 'a@1:2']);
  });

  it('lets the versions of a limited type take turns, and says that it did not ask for all', () => {
    const claims = rotation([{ name: 'a', policy: { processConcurrency: 2 }, versions: [2, 1] }]);
    expect([asked(claims, 9), asked(claims, 9), asked(claims, 9)]).toEqual([['a@2:2'], ['a@1:2'], ['a@2:2']]);
    expect(claims.demands(9).partial).toBe(true);
    expect(claims.rounds).toBe(2);
  });

  it('passes on what only the store can keep to', () => {
    const policy = { globalConcurrency: 2, rateLimit: { max: 5, perMs: 1_000 }, timeoutMs: 7 };
    const [demand] = rotation([{ name: 'a', policy }]).demands(1).demand;
    expect(demand).toEqual({ type: 'a', version: 1, quota: 1, ...policy });
  });
});
