import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { contentFaults, declarationFaults } from './rules/package-contents.js';
import { callTool, root } from './support/project.js';

interface Manifest {
  exports: Record<string, string | Record<string, Record<string, string>>>;
  dependencies: Record<string, string>;
  peerDependencies: Record<string, string>;
}

const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Manifest;
const allowed = Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies });

describe('the package', () => {
  let files: string[];
  beforeAll(async () => {
    files = await callTool('pack.mjs', 'packedFiles');
  }, 120_000);

  it('holds the two builds and what people read, nothing else', () => {
    expect(contentFaults(files)).toEqual([]);
  });

  it('holds every file that its exports name', () => {
    const named = Object.values(manifest.exports).flatMap((entry) =>
      typeof entry === 'string' ? [entry] : Object.values(entry).flatMap((conditions) => Object.values(conditions)),
    );
    expect(named.map((path) => path.replace('./', '')).filter((path) => !files.includes(path))).toEqual([]);
  });

  it('has declarations that any resolution reads and that need only dependencies and peers', () => {
    const declarations = files.filter((path) => path.endsWith('.d.ts'));
    expect(declarations.length).toBeGreaterThan(20);
    const read = (path: string) => ({ path, text: readFileSync(join(root, path), 'utf8') });
    expect(declarationFaults(declarations.map(read), allowed)).toEqual([]);
  });
});

describe('the rules of the package', () => {
  const whole = [
    'README.md',
    'LICENSE',
    'CHANGELOG.md',
    'package.json',
    'dist/cjs/package.json',
    'dist/esm/package.json',
  ];
  for (const format of ['cjs', 'esm']) {
    whole.push(...['.js', '.js.map', '.d.ts'].map((ending) => `dist/${format}/core/job${ending}`));
  }

  it('accept a whole one', () => expect(contentFaults(whole)).toEqual([]));

  it.each([
    ['dist/cjs/core/job.lua', 'does not belong'],
    ['test/unit/a.spec.ts', 'does not belong'],
    ['lib/index.ts', 'does not belong'],
    ['dist/.stamp', 'does not belong'],
    ['dist/esm/only.js', 'dist/esm/only.d.ts is missing'],
  ])('refuse %s', (path, fault) => {
    expect(contentFaults([...whole, path]).join('\n')).toContain(fault);
  });

  it.each(['LICENSE', 'dist/esm/package.json', 'dist/cjs/core/job.js.map', 'dist/esm/core/job.js'])(
    'miss %s',
    (path) => {
      expect(contentFaults(whole.filter((other) => other !== path)).join('\n')).toContain('missing');
    },
  );

  it.each([
    ['export type A = import("@nestjs/common", { with: { "resolution-mode": "import" } }).Type;', 'resolution-mode'],
    ["import type { Arbitrary } from 'fast-check';", 'needs fast-check'],
    ['export type A = import("fast-check").Arbitrary;', 'needs fast-check'],
    ["import { a } from './a';", 'no .js'],
  ])('refuse the declaration %s', (text, fault) => {
    const found = declarationFaults([{ path: 'dist/cjs/a.d.ts', text }], ['@nestjs/common']);
    expect(found).toEqual([expect.stringContaining(fault)]);
  });

  it('accept a declaration that needs a peer, a builtin and its own files', () => {
    const text = "import { A } from '@nestjs/common';\nimport { B } from 'node:events';\nexport { C } from './c.js';\n";
    expect(declarationFaults([{ path: 'dist/cjs/a.d.ts', text }], ['@nestjs/common'])).toEqual([]);
  });
});
