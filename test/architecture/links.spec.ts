import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { anchors, brokenLinks } from './rules/links.js';
import { filesUnder, read, root } from './support/project.js';

describe('the links', () => {
  it('of README, changelog and docs lead somewhere', () => {
    const pages = ['README.md', 'CHANGELOG.md'].map((path) => ({ path, text: read(path) }));
    expect(brokenLinks([...pages, ...filesUnder('docs', '.md')], (path) => existsSync(join(root, path)))).toEqual([]);
  });

  it('are followed to files and headings', () => {
    const text =
      '[a](docs/b.md) [b](docs/b.md#one-two) [c](#here) [d](docs/b.md#three) [e](LICENSE) [f](gone.md)\n# Here\n';
    const pages = [
      { path: 'README.md', text: `${text}[g](https://example.org/x#y)` },
      { path: 'docs/b.md', text: '# One: `two`\n\n[up](../README.md#here) [none](README.md)\n' },
    ];
    expect(brokenLinks(pages, (path) => path === 'LICENSE')).toEqual([
      'README.md: (docs/b.md#three) leads nowhere',
      'README.md: (gone.md) leads nowhere',
      'docs/b.md: (README.md) leads nowhere',
    ]);
  });

  it('know the anchors of headings as GitHub makes them', () => {
    expect(
      anchors("# What it promises, and where that ends\n```sh\n# no heading\n```\n## `ctx.step` isn't all\n"),
    ).toEqual(['what-it-promises-and-where-that-ends', 'ctxstep-isnt-all']);
  });
});
