import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { built, node, root } from './support/project.js';

// Loaded from a folder without any node_modules above it: whatever is not part of the package can not be found.
describe('nestjs-vigil/contract', () => {
  let dist: string;
  beforeAll(async () => {
    await built();
    dist = mkdtempSync(join(tmpdir(), 'vigil-contract-'));
    cpSync(join(root, 'dist'), dist, { recursive: true });
  }, 120_000);
  afterAll(() => rmSync(dist, { recursive: true, force: true }));

  it('loads no package at all as CommonJS', async () => {
    const file = JSON.stringify(join(dist, 'cjs/contract.js'));
    const script = `const { defineJob } = require(${file}); console.log(defineJob('shop.charge', {}).name);`;
    expect(await node('-e', script)).toBe('shop.charge\n');
  });

  it('loads no package at all as an ES module', async () => {
    const file = JSON.stringify(pathToFileURL(join(dist, 'esm/contract.js')));
    const script = `const { defineJob } = await import(${file}); console.log(defineJob('shop.charge', {}).name);`;
    expect(await node('--input-type=module', '-e', script)).toBe('shop.charge\n');
  });

  it('would fail here if it loaded Nest', async () => {
    const script = `require(${JSON.stringify(join(dist, 'cjs/index.js'))})`;
    await expect(node('-e', script)).rejects.toThrow("Cannot find module '@nestjs/");
  });
});
