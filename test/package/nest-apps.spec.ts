import { describeWithRedis } from '../support/redis-server.js';
import { compilerOptions, expectedOutput, mainSource, typesSource } from './support/app-source.js';
import { createScratchApp, type ScratchApp } from './support/scratch-app.js';

const entries = ['nestjs-vigil', 'nestjs-vigil/contract', 'nestjs-vigil/testing'];
const resolutions = [
  ['--module', 'nodenext', '--moduleResolution', 'nodenext'],
  ['--module', 'node16', '--moduleResolution', 'node16'],
  ['--module', 'esnext', '--moduleResolution', 'bundler'],
  ['--module', 'commonjs', '--moduleResolution', 'node10'],
];

const apps = [
  {
    name: 'a Nest 11 app in CommonJS',
    type: 'commonjs',
    dependencies: {
      '@nestjs/common': '11.2.10',
      '@nestjs/core': '11.2.10',
      '@nestjs/platform-express': '11.2.10',
      '@types/node': '20.19.43',
      ioredis: '5.11.1',
      'reflect-metadata': '0.2.2',
      rxjs: '7.8.2',
      typescript: '5.9.3',
    },
    resolutions,
  },
  {
    name: 'a Nest 12 app in ES modules',
    type: 'module',
    dependencies: {
      '@nestjs/common': '12.5.1',
      '@nestjs/core': '12.5.1',
      '@nestjs/platform-express': '12.5.1',
      '@types/node': '20.19.43',
      ioredis: '6.0.0',
      'reflect-metadata': '0.2.2',
      rxjs: '7.8.2',
      typescript: '6.0.3',
    },
    resolutions: resolutions.slice(0, 3),
  },
];

describe.each(apps)('$name', ({ type, dependencies, resolutions }) => {
  let app: ScratchApp;
  beforeAll(async () => {
    app = await createScratchApp({
      manifest: { type },
      dependencies,
      files: {
        'src/main.ts': mainSource,
        'src/types.ts': typesSource,
        'tsconfig.json': JSON.stringify({ compilerOptions, include: ['src'] }),
      },
    });
  }, 300_000);
  afterAll(() => app?.remove());

  it.each(resolutions.map((args) => [args.join(' '), args]))(
    'compiles with %s',
    async (_, args) => {
      // Library declarations included: ours must hold under the user's settings, too.
      expect(await app.tsc(['-p', '.', '--noEmit', ...args])).toEqual([]);
    },
    60_000,
  );

  it('runs a job in memory', async () => {
    expect(await app.tsc(['-p', '.', ...resolutions[0]!])).toEqual([]);
    expect(JSON.parse(await app.node(['dist/main.js'], { REDIS_URL: undefined }))).toEqual(expectedOutput);
  }, 60_000);

  describeWithRedis('with Redis', (redis) => {
    it('runs a job', async () => {
      expect(JSON.parse(await app.node(['dist/main.js'], { REDIS_URL: redis().url }))).toEqual(expectedOutput);
      const client = redis().connect();
      expect(await client.dbsize()).toBeGreaterThan(0);
    }, 60_000);
  });

  it('loads every entry both ways with no optional peer installed', async () => {
    const names = JSON.stringify(entries);
    const absent = "try { require.resolve('class-validator'); console.log('class-validator is there'); } catch {}";
    const load = `for (const name of ${names}) if (Object.keys(require(name)).length === 0) console.log(name, 'is empty');`;
    expect(await app.node(['--input-type=commonjs', '-e', `${absent} ${load}`])).toBe('');
    const imported = `for (const name of ${names}) if (Object.keys(await import(name)).length < 1) console.log(name, 'is empty');`;
    expect(await app.node(['--input-type=module', '-e', imported])).toBe('');
  }, 60_000);
});
