import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { node, root } from './support/project.js';

/** A small tree in which each file breaks the rule beside it, and some that break none. */
const tree: [path: string, imports: string[], rule: string | undefined][] = [
  ['lib/index.ts', ['./vigil.module.js', './core/job.js', './contract.js', './testing/index.js'], undefined],
  ['lib/contract.ts', ['./core/job.js'], undefined],
  ['lib/vigil.module.ts', ['./client/client.js', './runner/runner.js', './engine/redis/keys.js'], undefined],
  ['lib/testing/index.ts', ['../engine/memory/engine.js', '@nestjs/testing'], undefined],
  ['lib/core/job.ts', ['node:crypto', '@standard-schema/spec', './core-fine.js'], undefined],
  ['lib/core/core-fine.ts', [], undefined],
  ['lib/core/nest.ts', ['@nestjs/common'], 'core-is-pure'],
  ['lib/core/disk.ts', ['node:fs'], 'core-does-no-io'],
  ['lib/core/up.ts', ['../decorators/metadata.js'], 'layer-core'],
  ['lib/decorators/metadata.ts', ['../core/job.js', '@nestjs/common'], undefined],
  ['lib/decorators/up.ts', ['../client/client.js'], 'layer-decorators'],
  ['lib/engine/producer.port.ts', ['../core/job.js'], undefined],
  ['lib/engine/leaky.port.ts', ['./redis/keys.js'], 'layer-ports'],
  ['lib/engine/redis/keys.ts', ['ioredis', '../producer.port.js'], undefined],
  ['lib/engine/redis/crossing.ts', ['../memory/engine.js'], 'layer-engine-redis'],
  ['lib/engine/redis/consumer/turn.ts', ['../keys.js', '../records/text.js'], undefined],
  ['lib/engine/redis/records/text.ts', [], undefined],
  ['lib/engine/redis/records/up.ts', ['../consumer/turn.js'], 'redis-parts-apart'],
  ['lib/engine/redis/producer/crossing.ts', ['../consumer/turn.js'], 'redis-parts-apart'],
  ['lib/engine/memory/engine.ts', ['../producer.port.js'], undefined],
  ['lib/engine/memory/crossing.ts', ['../redis/keys.js'], 'layer-engine-memory'],
  ['lib/client/client.ts', ['../decorators/metadata.js', '../engine/producer.port.js'], undefined],
  ['lib/client/driver.ts', ['ioredis'], 'only-ioredis'],
  ['lib/client/up.ts', ['../vigil.module.js'], 'layer-client'],
  ['lib/discovery/up.ts', ['../runner/runner.js'], 'layer-discovery'],
  ['lib/runner/runner.ts', ['../core/job.js', '../engine/producer.port.js'], undefined],
  ['lib/runner/declared.ts', ['../decorators/metadata.js'], 'layer-runner'],
  ['lib/dead-letters/up.ts', ['../client/client.js'], 'layer-dead-letters'],
  ['lib/monitoring/up.ts', ['../runner/runner.js'], 'layer-monitoring'],
  ['lib/runner/validator.ts', ['class-validator'], 'only-class-validator'],
  ['lib/runner/database.ts', ['pg'], 'only-pg'],
  ['lib/runner/dev.ts', ['fast-check'], 'no-dev-dependency-in-lib'],
  ['lib/runner/tested.ts', ['../../test/support.js'], 'lib-stands-alone'],
  ['lib/runner/gone.ts', ['./nowhere.js'], 'not-to-unresolvable'],
  // A cycle is told once, of one of its files.
  ['lib/runner/there.ts', ['./back.js'], undefined],
  ['lib/runner/back.ts', ['./there.js'], 'no-cycles'],
  ['lib/runner/forgotten.ts', [], 'no-orphans'],
  ['lib/contract-user.ts', ['./contract.js'], 'lib-reachable'],
  ['test/support.ts', [], undefined],
  ['sample-app/src/main.ts', ['../../lib/index.js'], 'sample-app-uses-the-package'],
];

const packages = {
  dependencies: ['@standard-schema/spec'],
  peerDependencies: ['@nestjs/common', '@nestjs/testing', 'ioredis', 'pg', 'class-validator'],
  devDependencies: ['ioredis', 'fast-check'],
};

interface Cruise {
  summary: { violations: { from: string; to: string; rule: { name: string } }[]; totalCruised: number };
}

describe('the rules of import directions', () => {
  let violations: Cruise['summary']['violations'];

  beforeAll(async () => {
    const project = mkdtempSync(join(tmpdir(), 'vigil-imports-'));
    const put = (path: string, text: string): void => {
      mkdirSync(dirname(join(project, path)), { recursive: true });
      writeFileSync(join(project, path), text);
    };
    for (const [path, imports] of tree)
      put(path, imports.map((name) => `import '${name}';\n`).join('') + 'export {};\n');
    for (const name of new Set(Object.values(packages).flat())) {
      put(`node_modules/${name}/package.json`, JSON.stringify({ name, version: '1.0.0', main: 'index.js' }));
      put(`node_modules/${name}/index.js`, '');
    }
    const versions = Object.entries(packages).map(([kind, names]) => [
      kind,
      Object.fromEntries(names.map((name) => [name, '1.0.0'])),
    ]);
    put('package.json', JSON.stringify({ name: 'fixture', ...Object.fromEntries(versions) }));
    put('tsconfig.json', JSON.stringify({ compilerOptions: { module: 'esnext', moduleResolution: 'bundler' } }));
    const cruiser = join(root, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs');
    const config = join(root, '.dependency-cruiser.cjs');
    // The exit code counts the violations; the report is what is wanted.
    const script = `process.chdir(${JSON.stringify(project)});
      process.argv.splice(1, 0, 'depcruise');
      process.on('exit', () => { process.exitCode = 0; });
      await import(${JSON.stringify(cruiser)});`;
    const args = ['--config', config, '--output-type', 'json', 'lib', 'test', 'sample-app'];
    const report = await node('--input-type=module', '-e', script, '--', ...args);
    rmSync(project, { recursive: true });
    ({ violations } = (JSON.parse(report) as Cruise).summary);
  });

  it.each(tree.filter(([, , rule]) => rule))('%s importing %j breaks %s', (path, _, rule) => {
    const concerned = violations.filter(({ from, to }) => from === path || (rule === 'lib-reachable' && to === path));
    expect(concerned.map((violation) => violation.rule.name)).toContain(rule);
  });

  it.each(tree.filter(([, , rule]) => !rule))('%s importing %j is fine', (path) => {
    expect(violations.filter(({ from, rule }) => from === path && rule.name !== 'lib-reachable')).toEqual([]);
  });
});
