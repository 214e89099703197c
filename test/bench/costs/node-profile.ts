import { Session } from 'node:inspector/promises';

/** Where the process was, in the order in which the table tells it; the first pattern that fits a frame's file or name wins. */
const PLACES: readonly (readonly [place: string, pattern: RegExp])[] = [
  ['waiting', /^\(idle\)/],
  ['garbage collection', /^\(garbage collector\)/],
  ['payload: JSON, checks', /payload-codec|faithful-json|payload-intake|payload-schema/],
  ['fingerprint of the payload', /canonical-hash/],
  ['request, receipt, ids', /\/client\/|job-id|idempotency-key/],
  ['batches, turns, records', /\/engine\//],
  ['attempts, slots, leases', /\/runner\/|\/core\/|\/discovery\/|\/monitoring\//],
  ['ioredis', /ioredis|redis-parser|standard-as-callback/],
  ['socket: write, read', /writeUtf8String|writev|net:|stream|readable|writable|stream_base/],
  ['the bench itself', /\/bench\/|inspector|^dispatch|^post/],
];
const ELSE = 'Node: promises, timers, rest';

/** Microseconds of one piece of work by the place where they were spent. They add up to its duration. */
export async function profiled(work: () => Promise<unknown>): Promise<ReadonlyMap<string, number>> {
  const session = new Session();
  session.connect();
  await session.post('Profiler.enable');
  await session.post('Profiler.setSamplingInterval', { interval: 250 });
  await session.post('Profiler.start');
  await work();
  const { profile } = await session.post('Profiler.stop');
  session.disconnect();
  const frames = new Map(profile.nodes.map(({ id, callFrame }) => [id, `${callFrame.functionName} ${callFrame.url}`]));
  const spent = new Map<string, number>([...PLACES.map(([place]) => [place, 0] as const), [ELSE, 0]]);
  const { samples = [], timeDeltas = [] } = profile;
  for (const [n, id] of samples.entries()) {
    const frame = frames.get(id) ?? '';
    const place = PLACES.find(([, pattern]) => pattern.test(frame))?.[0] ?? ELSE;
    spent.set(place, (spent.get(place) ?? 0) + timeDeltas[n]);
  }
  return spent;
}
