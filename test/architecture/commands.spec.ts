import { filesUnder, read } from './support/project.js';

const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };

/** `npm run` commands in shell blocks that package.json does not know. */
function unknownCommands(path: string, text: string): string[] {
  const blocks = [...text.matchAll(/```(?:sh|bash|shell|console)\n([\s\S]*?)```/g)].map(([, body]) => body);
  const named = blocks.flatMap((body) => [...body.matchAll(/\bnpm run ([\w:-]+)/g)].map(([, name]) => name));
  return named.filter((name) => !(name in scripts)).map((name) => `${path}: npm run ${name} is no script`);
}

describe('the commands', () => {
  it('of README and docs exist', () => {
    const texts = [{ path: 'README.md', text: read('README.md') }, ...filesUnder('docs', '.md')];
    expect(texts.flatMap(({ path, text }) => unknownCommands(path, text))).toEqual([]);
  });

  it('of the README are what CI runs', () => {
    const [command] = read('.ci/run').trim().split('\n').slice(-1);
    expect(command).toBe('npm ci && npm test');
    expect(read('README.md')).toContain(command);
    expect(read('README.md')).toContain('npm ci && npm run demo');
  });

  it('are looked for in shell blocks', () => {
    const text = 'npm run prose\n```sh\nnpm ci && npm run build\nnpm run biuld\n```\n';
    expect(unknownCommands('README.md', text)).toEqual(['README.md: npm run biuld is no script']);
  });
});
