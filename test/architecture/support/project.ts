import { execFile } from 'node:child_process';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { promisify } from 'node:util';

export const root = join(__dirname, '../../..');

const exec = promisify(execFile);

/** A file of the project: `path` from the root with forward slashes. */
export interface SourceFile {
  path: string;
  text: string;
}

/** All files with this ending under a folder of the project, without what is generated. */
export function filesUnder(folder: string, ending: string): SourceFile[] {
  return walk(join(root, folder))
    .filter((path) => path.endsWith(ending) && !/\.generated\.ts$|\/(node_modules|dist)\//.test(path))
    .map((path) => ({ path: relative(root, path).split(sep).join('/'), text: readFileSync(path, 'utf8') }))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
}

function walk(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

export function read(path: string): string {
  return readFileSync(join(root, path), 'utf8');
}

/** Runs node in the root; the output of a run that fails is in the error. */
export async function node(...args: string[]): Promise<string> {
  const { stdout } = await exec(process.execPath, args, { cwd: root, maxBuffer: 64 * 1024 * 1024 });
  return stdout;
}

/** Calls an exported function of a module under tools/ (ES modules, which jest does not load) and returns its answer. */
export async function callTool<T>(tool: string, name: string, ...args: unknown[]): Promise<T> {
  const script = `const m = await import('./tools/${tool}');
    const [, args] = process.argv;
    process.stdout.write(JSON.stringify((await m.${name}(...JSON.parse(args))) ?? null));`;
  const answer = await node('--input-type=module', '-e', script, '--', JSON.stringify(args));
  return JSON.parse(answer.slice(answer.lastIndexOf('\n') + 1)) as T;
}

/** Makes sure that dist is what the sources say. */
export async function built(): Promise<void> {
  await node('tools/build.mjs');
}
