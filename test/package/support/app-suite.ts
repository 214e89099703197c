import { describeWithRedis } from '../../support/redis-server.js';
import { compilerOptions, expectedOutput, mainSource, typesSource } from './app-source.js';
import { createScratchApp, type ScratchApp } from './scratch-app.js';

const entries = ['nestjs-vigil', 'nestjs-vigil/contract', 'nestjs-vigil/testing'];

export interface AppOptions {
  /** The module format of the app. */
  type: 'commonjs' | 'module';
  dependencies: Record<string, string>;
  /** `--module` and `--moduleResolution` of the compilers to try; the first makes what is run. */
  compilers: [module: string, resolution: string][];
}

/** What a user's app must be able to do with the packed package: compile, run a job in memory and on Redis, load. */
export function describeApp(name: string, { type, dependencies, compilers }: AppOptions): void {
  describe(name, () => {
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

    it.each(compilers)(
      'compiles with module %s and moduleResolution %s',
      async (module, resolution) => {
        const args = ['-p', '.', '--module', module, '--moduleResolution', resolution];
        // The first time with library declarations: ours must hold under the user's settings, too.
        const first = module === compilers[0][0];
        expect(await app.tsc([...args, ...(first ? [] : ['--noEmit', '--skipLibCheck'])])).toEqual([]);
      },
      60_000,
    );

    it('runs a job in memory', async () => {
      expect(JSON.parse(await app.node(['dist/main.js'], { REDIS_URL: undefined }))).toEqual(expectedOutput);
    }, 60_000);

    describeWithRedis('on Redis', (redis) => {
      it('runs a job', async () => {
        expect(JSON.parse(await app.node(['dist/main.js'], { REDIS_URL: redis().url }))).toEqual(expectedOutput);
        expect(await redis().connect().dbsize()).toBeGreaterThan(0);
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
}
