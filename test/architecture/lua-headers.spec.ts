import { codeLines, headerFaults } from './rules/lua-headers.js';
import { filesUnder } from './support/project.js';

const folder = 'lib/engine/redis/scripts';
const files = filesUnder(folder, '.lua');
const fragments = new Map(
  files
    .filter(({ path }) => path.includes('/fragments/'))
    .map(({ path, text }) => [path.slice(folder.length + 11, -4), text]),
);
const scripts = files.filter(({ path }) => !path.includes('/fragments/'));

/** A script with its fragments in place, as the embed step puts it together. */
const assembled = (text: string): string =>
  text.replaceAll(/^--@include\s+(\S+)\s*$/gm, (_, name: string) => fragments.get(name) ?? '');

describe('the Lua scripts', () => {
  it('say in their header which keys and arguments they take and what they return', () => {
    expect(scripts.length).toBeGreaterThan(5);
    expect(scripts.flatMap((file) => headerFaults(file, { body: assembled(file.text) }))).toEqual([]);
  });

  it('are put together from fragments whose headers agree with their bodies, too', () => {
    const parts = files.filter((file) => !scripts.includes(file));
    expect(parts.flatMap((file) => headerFaults(file, { fragment: true }))).toEqual([]);
  });

  it('hold one transition a file: at most 60 lines of code', () => {
    const counted = files.map(({ path, text }) => `${path}: ${codeLines(text)} lines of code`);
    expect(counted.filter((line) => Number(/(\d+) lines/.exec(line)?.[1]) > 60)).toEqual([]);
  });
});

describe('the rules of Lua headers', () => {
  const faults = (text: string): string[] => headerFaults({ path: 'a.lua', text });

  it.each<[string, string, string | undefined]>([
    ['agreement', '-- KEYS[1] record\n-- ARGV[1] now\n-- returns 1\nreturn redis.call(KEYS[1], ARGV[1])', undefined],
    ['a #! line before it', '#!lua flags=allow-oom\n-- KEYS[1] record\n-- returns 1\nreturn KEYS[1]', undefined],
    ['an open range', '-- ARGV[1..] members\n-- returns n\nreturn ARGV[1] .. ARGV[7]', undefined],
    ['a closed range', '-- ARGV[1..2] members\n-- returns n\nreturn ARGV[1] .. ARGV[3]', 'the body uses ARGV[3]'],
    ['a computed index', '-- KEYS[1..] records\n-- returns n\nfor i = 1, #KEYS do f(KEYS[i]) end', undefined],
    ['a key that is only declared', '-- KEYS[1] never exists\n-- KEYS[2] a\n-- returns n\nreturn KEYS[2]', undefined],
    ['an index in a comment only', '-- KEYS[1] a\n-- returns n\nreturn 1 -- KEYS[1]', 'the body never reads it'],
    ['no header', 'return 1', 'no header comment'],
    ['no word on what it returns', '-- enqueue\nreturn 1', 'does not say what it returns'],
    ['a silent header', '-- returns n\nreturn KEYS[1]', 'the body uses KEYS, the header is silent'],
    ['a silent header, computed', '-- returns n\nreturn #ARGV', 'the body uses ARGV, the header is silent'],
    ['an index not named', '-- KEYS[1] a\n-- returns n\nreturn KEYS[1] .. KEYS[2]', 'the body uses KEYS[2]'],
    [
      'an index never read',
      '-- KEYS[1] a\n-- KEYS[2] b\n-- returns n\nreturn KEYS[1]',
      'names KEYS[2], the body never',
    ],
  ])('%s', (_, text, fault) => {
    if (fault === undefined) expect(faults(text)).toEqual([]);
    else expect(faults(text)).toEqual([expect.stringContaining(fault)]);
  });

  it('count lines of code, not comments and blank lines', () => {
    expect(codeLines('#!lua\n-- a\n\nlocal a = 1 -- why\n  -- b\nreturn a\n')).toBe(2);
  });
});
