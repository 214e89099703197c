// Published as ES modules only: swc turns them into CommonJS, because jest can not require() them on Node 20.
const esmOnly = [
  '@nestjs',
  'file-type',
  'strtok3',
  'token-types',
  'uint8array-extras',
  '@tokenizer',
  'load-esm',
  '@borewit',
];

const swc = {
  jsc: {
    target: 'es2022',
    parser: { syntax: 'typescript', decorators: true },
    transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: true },
    keepClassNames: true,
  },
  module: { type: 'commonjs' },
  sourceMaps: 'inline',
};

/** Of the integration tests those that measure, or that wait for servers which are killed: they go one at a time, by themselves. */
const timed = [
  'bench/*',
  'cron/many-entries',
  'redis/{many-dead-letters,admin-pages,outage,sentinel,cluster}',
  'runner/outage',
].map((specs) => `**/test/integration/${specs}.spec.ts`);

/**
 * @param {string} name
 * @param {readonly string[]} [specs]
 */
const project = (name, specs = [`**/test/${name}/**/*.spec.ts`]) => ({
  displayName: name,
  rootDir: __dirname,
  testEnvironment: 'node',
  globalSetup: '<rootDir>/tools/jest-setup.cjs',
  testMatch: specs,
  transform: { '^.+\\.(t|j|mj)s$': ['@swc/jest', swc] },
  transformIgnorePatterns: [`/node_modules/(?!(${esmOnly.join('|')})/)`, '\\.pnp\\.[^\\/]+$'],
  moduleFileExtensions: ['ts', 'js', 'mjs', 'cjs', 'json', 'node'],
  moduleNameMapper: {
    '^(\\.{1,2}/.*)\\.js$': '$1',
  },
  modulePathIgnorePatterns: ['<rootDir>/dist/'],
});

module.exports = {
  // Some tests start processes and compilers, on machines that are busy with others.
  testTimeout: 30_000,
  projects: [
    ...['unit', 'contract', 'chaos', 'e2e', 'types', 'architecture', 'package', 'real-time'].map((name) =>
      project(name),
    ),
    project('integration', ['**/test/integration/**/*.spec.ts', ...timed.map((spec) => `!${spec}`)]),
    project('timing', timed),
  ],
};
