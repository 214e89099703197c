import { Readable } from 'node:stream';
import type { DeadLetterService } from '../../../lib/dead-letters/dead-letter.service.js';
import type { TextChunks } from '../../../lib/dead-letters/archive/text-lines.js';
import { Scene } from '../runner/scene.js';
import { lettersOf } from './letters.js';

const ADA = { actor: 'ada@example.org', reason: 'room was needed' };
/** Ends a line for some, but not in JSON; half of a character; what a name may not be. */
const HOSTILE = '\u2028 line\nfeed \u0000 🦭 </script> __proto__ "quoted\\"';

/** A line of which anything may be wrong. */
interface Archived {
  id: unknown;
  letter: Record<string, unknown>;
  history?: unknown;
  store?: Record<string, unknown>;
}

let scene: Scene;
let deadLetters: DeadLetterService;
let healthy: boolean;

beforeEach(async () => {
  healthy = false;
  const run = (): void => {
    if (!healthy) throw new TypeError(HOSTILE);
  };
  scene = await new Scene([
    { run, policy: { maxRetries: 1 } },
    { run, policy: { maxRetries: 0 }, name: 'other', queue: 'second' },
  ]).start();
  deadLetters = lettersOf(scene).deadLetters;
});
afterEach(() => scene.close());

async function bury(options: Parameters<Scene['enqueue']>[0] = {}): Promise<string> {
  const id = await scene.enqueue(options);
  await scene.clock.advance('2s');
  expect((await scene.job(id)).state).toBe('dead');
  return id;
}

async function archiveOf(selection = {}): Promise<string> {
  return (await Readable.from(deadLetters.export(selection)).toArray()).join('');
}

/** As a file may be read: in parts that end anywhere, even within a character. */
function cut(text: string, size: number): TextChunks {
  const bytes = Buffer.from(text);
  return Array.from({ length: Math.ceil(bytes.length / size) }, (_, n) => bytes.subarray(n * size, (n + 1) * size));
}

describe('an archive of dead letters', () => {
  it('is a line each, between a head and an end that tells their number', async () => {
    const ids = [await bury({ key: 1, data: { a: 1 } }), await bury({ key: 2 })];
    await bury({ queue: 'second', type: 'other' });
    const lines = (await archiveOf({ queue: 'work' })).split('\n');
    expect(lines.pop()).toBe('');
    const [head, second, first, end] = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines).toHaveLength(4);
    expect(head).toMatchObject({ format: 'nestjs-vigil dead letters', version: 1, selection: { queue: 'work' } });
    expect(first).toMatchObject({
      id: ids[0],
      letter: { reason: 'exhausted', errorName: 'TypeError', idempotencyKey: 1 },
      payload: { a: 1 },
      history: [{ attempt: 1 }, { attempt: 2 }],
    });
    expect(second).toMatchObject({ id: ids[1] });
    expect(end).toEqual({ end: true, count: 2 });
    expect(await deadLetters.list()).toMatchObject({ items: { length: 3 } });
  });

  it.each([1, 7, 64, 100_000])('goes out and comes back whole, read %i bytes at a time', async (size) => {
    const ids = [
      await bury({ key: HOSTILE, data: { note: HOSTILE } }),
      await bury({ key: 'b', data: [null, 1.5, {}] }),
    ];
    const other = await bury({ queue: 'second', type: 'other' });
    const letters = await Promise.all([...ids, other].map((id) => deadLetters.get(id)));
    const archive = await archiveOf();
    expect(await deadLetters.discard(cut(archive, size), ADA)).toEqual({
      ...{ done: 3, already: 0, refusedLines: 0, refused: [], complete: true },
    });
    expect((await deadLetters.list()).items).toEqual([]);
    const report = { done: 3, already: 0, refusedLines: 0, refused: [], complete: true };
    expect(await deadLetters.import(cut(archive, size), ADA)).toEqual(report);
    expect(await Promise.all([...ids, other].map((id) => deadLetters.get(id)))).toEqual(letters);
    expect(await deadLetters.import([archive], ADA)).toEqual({ ...report, done: 0, already: 3 });
    healthy = true;
    await deadLetters.replay(ids[0], ADA);
    await scene.rest();
    expect(await scene.job(ids[0])).toMatchObject({ state: 'completed' });
  });

  it('takes nothing away that died since it was written', async () => {
    const ids = [await bury({ key: 1 }), await bury({ key: 2 }), await bury({ key: 3 })];
    const archive = await archiveOf();
    const later = await bury({ key: 4 });
    await deadLetters.replay(ids[0], ADA);
    await scene.clock.advance('2s');
    await deadLetters.resolve(ids[1], ADA);
    expect(await deadLetters.discard([archive], ADA)).toEqual({
      ...{ done: 1, already: 1, refusedLines: 1, complete: true },
      refused: [{ line: 4, id: ids[0], why: 'it was replayed and died again, in life 1' }],
    });
    expect((await deadLetters.list()).items.map(({ id }) => id).sort()).toEqual([ids[0], later].sort());
  });

  it('says of each line that it can not take why, and takes the others', async () => {
    await bury({ key: 1 });
    const [head, line, end] = (await archiveOf()).trim().split('\n') as [string, string, string];
    const changed = (change: (letter: Archived) => void): string => {
      const letter = JSON.parse(line) as Archived;
      change(letter);
      return JSON.stringify(letter);
    };
    const wrong: [string, RegExp][] = [
      [line.slice(0, 50), /it is not JSON/],
      ['[]', /the line is no object/],
      [changed((letter) => (letter.id = 'nonsense')), /id is no job id/],
      [changed((letter) => (letter.letter.queue = 'second')), /letter is not that of the id/],
      [changed((letter) => (letter.letter.life = -1)), /letter.life is no whole number/],
      [changed((letter) => (letter.letter.group = 'a~b')), /letter.group is no text of the kind/],
      [changed((letter) => (letter.letter.reason = 'bored,\n')), /letter.reason is no text of the kind/],
      [changed((letter) => (letter.letter.worker = 'a,b:1')), /letter.worker is no text of the kind/],
      [changed((letter) => delete letter.letter.errorName), /letter.errorName is no text of the kind/],
      [changed((letter) => (letter.letter.buriedAt = 5)), /letter.buriedAt is no time/],
      [changed((letter) => delete letter.history), /history is no list/],
      [changed((letter) => (letter.history = [1])), /history\[0\] is no object/],
      [changed((letter) => (letter.store!.priority = 'urgent')), /store.priority is none/],
      [changed((letter) => (letter.store!.payloadHash = 'a b')), /store.payloadHash is no fingerprint/],
      [changed((letter) => delete letter.store), /store is no object/],
    ];
    await deadLetters.discard([line], ADA);
    const text = [head, ...wrong.map(([each]) => each), line, end].join('\n');
    const report = await deadLetters.import([text], ADA);
    expect(report).toMatchObject({ done: 1, already: 0, refusedLines: wrong.length, complete: false });
    expect(report.refused.map(({ line: number }) => number)).toEqual(wrong.map((_, n) => n + 2));
    report.refused.forEach(({ why }, n) => expect(why).toMatch(wrong[n][1]));
  });

  it('tells when it was cut off', async () => {
    await bury({ key: 1 });
    await bury({ key: 2 });
    const archive = await archiveOf();
    expect(await deadLetters.import([archive.slice(0, -20)], ADA)).toMatchObject({ already: 2, complete: false });
    const without = archive.split('\n').filter((_, n) => n !== 1);
    expect(await deadLetters.import([without.join('\n')], ADA)).toMatchObject({ already: 1, complete: false });
    expect(await deadLetters.import([], ADA)).toMatchObject({ done: 0, complete: false });
  });

  it.each(['{"format":"nestjs-vigil dead letters","version":2}\n', '{"format":"something else","version":1}\n'])(
    'is refused as a whole where it is another one: %s',
    async (head) => {
      await expect(deadLetters.import([head], ADA)).rejects.toMatchObject({ code: 'ARCHIVE_INVALID' });
      await expect(deadLetters.discard([head], ADA)).rejects.toMatchObject({ code: 'ARCHIVE_INVALID' });
    },
  );

  it('needs a name and a reason to come or go', async () => {
    const by = { actor: 'ada', reason: ' ' };
    await expect(deadLetters.import([], by)).rejects.toMatchObject({ code: 'ACTOR_AND_REASON_REQUIRED' });
    await expect(deadLetters.discard([], by)).rejects.toMatchObject({ code: 'ACTOR_AND_REASON_REQUIRED' });
    expect(() => deadLetters.export({ reason: 'x' as 'expired' })).toThrow(/reason is 'x'/);
  });

  it('holds no more than a page of dead letters in memory', async () => {
    for (let n = 0; n < 250; n++) await scene.enqueue({ key: n });
    await scene.clock.advance('3s');
    const read = jest.spyOn(scene.engine, 'copyDead');
    let lines = 0;
    for await (const line of deadLetters.export()) {
      // Nothing is read ahead of what was taken.
      expect(read.mock.calls.length).toBeLessThanOrEqual(lines);
      lines += line === '' ? 0 : 1;
    }
    expect(lines).toBe(252);
  });
});
