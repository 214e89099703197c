/** Packs the package once for everybody who looks at the tarball; prints its path. */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cacheDir, fingerprint } from './paths.mjs';
import { mustRun } from './run.mjs';

/** @returns {Promise<string>} the tarball */
export async function pack() {
  await mustRun('node', ['tools/build.mjs']);
  const stamp = fingerprint(['dist/.stamp', 'docs', 'package.json', 'README.md', 'CHANGELOG.md', 'LICENSE']);
  const tarball = join(cacheDir, `nestjs-vigil-${stamp.slice(0, 16)}.tgz`);
  if (existsSync(tarball)) return tarball;

  mkdirSync(cacheDir, { recursive: true });
  const stale = readdirSync(cacheDir).filter((name) => name.endsWith('.tgz') && name !== basename(tarball));
  for (const name of stale) rmSync(join(cacheDir, name), { force: true });
  const draft = mkdtempSync(join(cacheDir, 'pack-'));
  await mustRun('npm', ['pack', '--ignore-scripts', '--pack-destination', draft]);
  renameSync(join(draft, readdirSync(draft)[0] ?? ''), tarball);
  rmSync(draft, { recursive: true });
  return tarball;
}

/** @returns {Promise<string[]>} the paths of the files that the package would hold */
export async function packedFiles() {
  await mustRun('node', ['tools/build.mjs']);
  const report = await mustRun('npm', ['pack', '--dry-run', '--json', '--ignore-scripts', '--loglevel', 'silent']);
  // An array in npm before 11, since then an object by package name.
  const [entry] = /** @type {{ files: { path: string }[] }[]} */ (Object.values(JSON.parse(report)));
  return entry?.files.map(({ path }) => path) ?? [];
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.stdout.write(`${await pack()}\n`);
