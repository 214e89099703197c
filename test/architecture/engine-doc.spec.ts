import { documentedNames, keyStems, stemOf } from './rules/engine-doc.js';
import { filesUnder, read } from './support/project.js';

const scriptFolder = 'lib/engine/redis/scripts/';
/** Of the registry of queues, which is below no tag. */
const REGISTRY = '{prefix}:queues';

const sorted = (names: Iterable<string>): string[] => [...new Set(names)].sort();

describe('docs/engine.md', () => {
  const text = read('docs/engine.md');
  const keys = documentedNames(text, 'Keys');
  const lua = filesUnder(scriptFolder, '.lua');

  it('names every key that is made, and no other', () => {
    const builders = { path: 'lib/engine/redis/redis-keys.ts', text: read('lib/engine/redis/redis-keys.ts') };
    const made = [builders, ...lua].flatMap(keyStems);
    expect(made.length).toBeGreaterThan(40);
    expect(sorted(keys.map(stemOf))).toEqual(sorted([...made, REGISTRY]));
    expect(builders.text).toContain('{${prefix}}:queues');
  });

  it('names every key once', () => {
    const stems = keys.map(stemOf);
    expect(stems.filter((stem, n) => stems.indexOf(stem) !== n)).toEqual([]);
  });

  it('names every script and every fragment once, and no other', () => {
    const files = lua.map(({ path }) => path.slice(scriptFolder.length, -'.lua'.length));
    const names = documentedNames(text, 'Scripts');
    const fragments = files.filter((file) => file.startsWith('fragments/')).map((file) => file.split('/')[1]);
    const scripts = files.filter((file) => !file.includes('/'));
    expect(scripts.length).toBeGreaterThan(20);
    expect([...names].sort()).toEqual([...scripts, ...fragments].sort());
  });
});

describe('the rule of its tables', () => {
  it('finds keys wherever they are made', () => {
    const ts = 'const a = [`${tag}due`, `${this.tag}j:${place}`, `${tag}bell:~${client}`, `${other}x`];';
    expect(keyStems({ path: 'keys.ts', text: ts })).toEqual(['due', 'j:', 'bell:~']);
    expect(keyStems({ path: 'a.lua', text: "call('GET', P .. 'j:' .. place) local b = P .. 'xi'" })).toEqual([
      'j:',
      'xi',
    ]);
  });

  it('reads the first column of the tables of one section', () => {
    const text = [
      '## Keys\n\n| key | holds |\n| --- | --- |\n| `j:<place>` | `no key` |\n| `a`, `b:<x>:<y>` | two |\n\n`c`',
      '\n## Scripts\n\n| `turn` | moves |\n',
    ].join('\n');
    expect(documentedNames(text, 'Keys').map(stemOf)).toEqual(['j:', 'a', 'b:']);
    expect(documentedNames(text, 'Scripts')).toEqual(['turn']);
    expect(documentedNames(text, 'Nowhere')).toEqual([]);
  });
});
