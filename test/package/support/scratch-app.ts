import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { node as nodeInRoot } from '../../architecture/support/project.js';

const exec = promisify(execFile);

export interface ScratchOptions {
  /** What package.json says beside the dependencies. */
  manifest: Record<string, unknown>;
  dependencies: Record<string, string>;
  files: Record<string, string>;
}

/** An app outside the repository that has installed the packed package, as a user's would. */
export interface ScratchApp {
  readonly dir: string;
  /** Runs node in the app; resolves with stdout, rejects with all that was printed. */
  node(args: string[], env?: NodeJS.ProcessEnv): Promise<string>;
  /** Compiles with the app's own TypeScript; resolves with what it says of the app and of nestjs-vigil. */
  tsc(args: string[]): Promise<string[]>;
  remove(): void;
}

/** Packs the package (once for all specs) and returns the tarball's path. */
export async function packedTarball(): Promise<string> {
  return (await nodeInRoot('tools/pack.mjs')).trim().split('\n').at(-1)!;
}

export async function createScratchApp({ manifest, dependencies, files }: ScratchOptions): Promise<ScratchApp> {
  const dir = mkdtempSync(join(tmpdir(), 'vigil-app-'));
  const put = (path: string, text: string): void => {
    mkdirSync(dirname(join(dir, path)), { recursive: true });
    writeFileSync(join(dir, path), text);
  };
  const all = { ...dependencies, 'nestjs-vigil': `file:${await packedTarball()}` };
  put('package.json', JSON.stringify({ name: 'scratch', private: true, ...manifest, dependencies: all }, null, 2));
  for (const [path, text] of Object.entries(files)) put(path, text);
  await npmInstall(dir);

  const run = async (command: string, args: string[], env?: NodeJS.ProcessEnv): Promise<string> => {
    const { stdout } = await exec(command, args, { cwd: dir, env: { ...process.env, ...env }, timeout: 60_000 });
    return stdout;
  };
  return {
    dir,
    node: (args, env) => run(process.execPath, args, env),
    async tsc(args) {
      try {
        await run(process.execPath, [join(dir, 'node_modules/typescript/bin/tsc'), ...args]);
        return [];
      } catch (error) {
        const lines = String((error as { stdout?: string }).stdout ?? error).split('\n');
        // Other packages' declarations are theirs to mend.
        return lines.filter((line) => line !== '' && !/^node_modules\/(?!nestjs-vigil\/)/.test(line));
      }
    },
    remove: () => rmSync(dir, { recursive: true, force: true }),
  };
}

async function npmInstall(dir: string): Promise<void> {
  const args = ['install', '--prefer-offline', '--no-audit', '--no-fund', '--no-package-lock', '--ignore-scripts'];
  // npm test hands its own settings on to the child in npm_* variables, the folder it works in among them.
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^npm_(config_local|package|life)/i.test(name)),
  );
  await exec('npm', args, { cwd: dir, env, timeout: 240_000, shell: process.platform === 'win32' });
  if (!existsSync(join(dir, 'node_modules/nestjs-vigil/package.json')))
    throw new Error(`npm installed nothing in ${dir}`);
}
