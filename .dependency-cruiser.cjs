// Imports point down only; features meet in core or at a port, never in each other.
const entries = '^lib/(index|contract)\\.ts$|^lib/testing/';
// What the stores of locks have in common; the one on Redis is a part of the engine, whose connection it shares.
const lockStore = '^lib/engine/lock-store\\.port\\.ts$';
const ports = '^lib/engine/[^/]+\\.ts$';

/**
 * Everything under `path` may import itself and `allowed`, and nothing else of lib.
 * @param {string} name
 * @param {string} path
 * @param {string[]} allowed
 */
const layer = (name, path, allowed) => ({
  name: `layer-${name}`,
  comment: `${name} may import only: itself${allowed.map((to) => `, ${to}`).join('')}`,
  severity: 'error',
  from: { path },
  to: { path: '^lib/', pathNot: [path, ...allowed] },
});

/**
 * @param {string} name
 * @param {string} packages
 * @param {string[]} from the only places that import them
 */
const only = (name, packages, from) => ({
  name: `only-${name}`,
  comment: `${packages} stays in ${from}`,
  severity: 'error',
  from: { path: '^lib/', pathNot: from },
  to: { path: `node_modules/(${packages})(/|$)` },
});

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    layer('core', '^lib/core/', []),
    layer('decorators', '^lib/decorators/', ['^lib/core/']),
    layer('ports', ports, ['^lib/core/']),
    layer('engine-redis', '^lib/engine/redis/', [ports, '^lib/core/']),
    layer('engine-memory', '^lib/engine/memory/', [ports, '^lib/core/']),
    layer('client', '^lib/client/', [ports, '^lib/decorators/', '^lib/core/']),
    layer('discovery', '^lib/discovery/', [ports, '^lib/decorators/', '^lib/core/']),
    layer('runner', '^lib/runner/', [ports, '^lib/core/']),
    layer('scheduler', '^lib/scheduler/([^/]+\\.ts$|slots/|registry/)', [ports, '^lib/core/']),
    layer('locks', '^lib/scheduler/locks/[^/]+\\.ts$', [lockStore, '^lib/core/']),
    layer('lock-drivers', '^lib/scheduler/locks/[^/]+/', ['^lib/scheduler/locks/[^/]+\\.ts$', lockStore, '^lib/core/']),
    layer('dead-letters', '^lib/dead-letters/', [ports, '^lib/core/']),
    layer('monitoring', '^lib/monitoring/', [ports, '^lib/core/']),
    layer('admin', '^lib/admin/', ['^lib/(dead-letters|monitoring|client|scheduler)/', ports, '^lib/core/']),
    layer('contract-entry', '^lib/contract\\.ts$', ['^lib/core/']),
    {
      name: 'lock-drivers-apart',
      comment: 'a lock driver does not know the others',
      severity: 'error',
      from: { path: '^lib/scheduler/locks/([^/]+)/' },
      to: { path: '^lib/scheduler/locks/[^/]+/', pathNot: '^lib/scheduler/locks/$1/' },
    },
    {
      name: 'redis-parts-apart',
      comment:
        'a part of the Redis engine does not know the others: what two need stands in connection, records or operations',
      severity: 'error',
      from: { path: '^lib/engine/redis/([a-z]+)/' },
      to: {
        path: '^lib/engine/redis/(producer|consumer|maintenance|inspector|locks|cron)/|^lib/engine/redis/redis\\.engine\\.ts$',
        pathNot: '^lib/engine/redis/$1/',
      },
    },
    only('ioredis', 'ioredis|@ioredis', ['^lib/engine/redis/']),
    only('pg', 'pg', ['/postgres/']),
    only('schedule', '@nestjs/schedule|cron', [
      '^lib/scheduler/registry/',
      '^lib/scheduler/cron-runtime\\.ts$',
      '^lib/vigil\\.cron\\.ts$',
      '^lib/index\\.ts$',
    ]),
    only('terminus', '@nestjs/terminus', ['^lib/monitoring/health/']),
    only('swagger', '@nestjs/swagger', ['^lib/admin/openapi/']),
    only('open-telemetry', '@opentelemetry', ['^lib/monitoring/tracing/']),
    only('prom-client', 'prom-client', ['^lib/monitoring/metrics/']),
    only('class-validator', 'class-(validator|transformer)', [
      '^lib/core/class-validator-schema\\.ts$',
      '^lib/admin/dto/',
    ]),
    only('nest-testing', '@nestjs/testing', ['^lib/testing/']),
    {
      name: 'core-is-pure',
      comment: 'core is vocabulary: no Nest, no I/O, no packages',
      severity: 'error',
      from: { path: '^lib/core/|^lib/contract\\.ts$', pathNot: '^lib/core/class-validator-schema\\.ts$' },
      to: { dependencyTypes: ['npm', 'npm-dev', 'npm-peer', 'npm-optional'], pathNot: '@standard-schema/spec' },
    },
    {
      name: 'core-does-no-io',
      severity: 'error',
      from: { path: '^lib/core/' },
      to: { dependencyTypes: ['core'], pathNot: '^(node:)?(crypto|util)$' },
    },
    {
      name: 'no-cycles',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'no-orphans',
      comment: 'a file nobody imports is forgotten',
      severity: 'error',
      from: { orphan: true, path: '^lib/', pathNot: entries },
      to: {},
    },
    {
      name: 'lib-reachable',
      comment: 'lib holds nothing that no entry of the package leads to',
      severity: 'error',
      from: { path: entries },
      to: { path: '^lib/', pathNot: entries, reachable: false },
    },
    {
      name: 'lib-stands-alone',
      comment: 'lib imports no test, no sample, no tool',
      severity: 'error',
      from: { path: '^lib/' },
      to: { path: '^(test|sample-app|tools|dist)/' },
    },
    {
      name: 'sample-app-uses-the-package',
      comment: 'the sample imports nestjs-vigil by its name, as a user would',
      severity: 'error',
      from: { path: '^sample-app/' },
      to: { path: '^(lib|test|tools)/' },
    },
    {
      name: 'no-dev-dependency-in-lib',
      comment: 'what lib needs is a dependency or a peer',
      severity: 'error',
      from: { path: '^lib/' },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['npm-peer', 'npm', 'type-only'] },
    },
    {
      name: 'not-to-unresolvable',
      severity: 'error',
      from: { path: '^(lib|test)/' },
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)dist/|\\.lua$|^lib/admin/dashboard/assets/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
    progress: { type: 'none' },
  },
};
