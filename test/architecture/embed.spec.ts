import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { runInNewContext } from 'node:vm';
import { callTool } from './support/project.js';

let project: string;
const output = (): string => join(project, 'lib/engine/redis/scripts.generated.ts');

beforeEach(() => {
  project = mkdtempSync(join(tmpdir(), 'vigil-embed-'));
});
afterEach(() => rmSync(project, { recursive: true }));

async function embed(scripts: Record<string, string>): Promise<Record<string, string>> {
  for (const [name, text] of Object.entries(scripts)) {
    const path = join(project, 'lib/engine/redis/scripts', `${name}.lua`);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
  await callTool('embed.mjs', 'embed', project);
  const body = /= (\{[\s\S]*\});\n$/.exec(readFileSync(output(), 'utf8'))?.[1];
  // The generated module is an object of template literals, nothing else.
  return { ...(runInNewContext(`(${body})`) as Record<string, string>) };
}

describe('the embed step', () => {
  it('puts fragments where they are named and leaves out comments and blank lines', async () => {
    const scripts = await embed({
      turn: '#!lua flags=allow-oom\n-- KEYS[1] record\n--@include bury\n\nreturn bury(KEYS[1])\n',
      'fragments/bury': '-- buries\nlocal function bury(key)\n  return key -- kept\nend\n',
    });
    expect(scripts).toEqual({
      turn: '#!lua flags=allow-oom\nlocal function bury(key)\nreturn key -- kept\nend\nreturn bury(KEYS[1])\n',
    });
  });

  it('keeps a comment in the first line, and what looks like one inside a long string', async () => {
    const text = '-- turn\nlocal s = [[\n-- not a comment\n]]\nreturn s\n';
    expect(await embed({ turn: text })).toEqual({ turn: text });
  });

  it('carries backticks, backslashes and placeholders as they are', async () => {
    const text = "-- turn\nreturn '`${x}` \\n'\n";
    expect(await embed({ turn: text })).toEqual({ turn: text });
  });

  it('does not touch a file that would stay the same', async () => {
    await embed({ turn: 'return 1\n' });
    utimesSync(output(), 1, 1);
    await embed({});
    expect(statSync(output()).mtimeMs).toBe(1000);
    await embed({ turn: 'return 2\n' });
    expect(statSync(output()).mtimeMs).toBeGreaterThan(1000);
  });

  it.each([
    [
      'a fragment twice',
      { turn: '--@include a\n--@include a\n', 'fragments/a': '' },
      'includes the fragment "a" twice',
    ],
    ['a missing fragment', { turn: '--@include gone\n' }, 'fragments/gone.lua is missing'],
    ['a shebang in a fragment', { turn: '--@include a\n', 'fragments/a': '#!lua\n' }, 'must not have a #! line'],
    [
      'an include in a fragment',
      { turn: '--@include a\n', 'fragments/a': '--@include b\n' },
      'must not include others',
    ],
    ['a shebang below line 1', { turn: '-- turn\n#!lua\n' }, 'misplaced line: #!lua'],
    ['an indented include', { turn: 'do\n  --@include a\nend\n', 'fragments/a': '' }, 'misplaced line:   --@include a'],
  ])('refuses %s', async (_, scripts, message) => {
    await expect(embed(scripts as unknown as Record<string, string>)).rejects.toThrow(message);
  });
});
