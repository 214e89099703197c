/**
 * Builds lib into dist/cjs and dist/esm; `build.mjs sample-app` builds the sample, too. Does nothing when dist is
 * already made from these sources. A new dist is put in place only when it is complete.
 */
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { embed } from './embed.mjs';
import { fingerprint, root } from './paths.mjs';
import { mustRun } from './run.mjs';

const formats = { cjs: 'commonjs', esm: 'module' };
const sources = ['lib', 'package.json', 'tsconfig.json', 'tsconfig.esm.json', 'tsconfig.cjs.json', 'tools/build.mjs'];

/**
 * @param {string} output the folder, relative to the root
 * @param {string[]} inputs
 * @param {(draft: string) => Promise<unknown>} make fills the draft folder
 */
async function buildInto(output, inputs, make) {
  const target = join(root, output);
  const stamp = fingerprint(inputs);
  const stampFile = join(target, '.stamp');
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp) return;

  const draft = `${target}.${process.pid}`;
  try {
    mkdirSync(draft, { recursive: true });
    await make(draft);
    writeFileSync(join(draft, '.stamp'), stamp);
    putInPlace(draft, target);
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}

/**
 * @param {string} draft
 * @param {string} target
 */
function putInPlace(draft, target) {
  const old = `${draft}.old`;
  for (let tries = 5; ; tries--) {
    try {
      if (existsSync(target)) renameSync(target, old);
      renameSync(draft, target);
      return;
    } catch (error) {
      // Somebody else's build came in between.
      if (tries === 0) throw error;
    } finally {
      rmSync(old, { recursive: true, force: true });
    }
  }
}

async function build() {
  embed();
  await buildInto('dist', sources, async (draft) => {
    await Promise.all(
      Object.entries(formats).map(async ([format, type], n) => {
        const out = join(draft, format);
        // Both compile the same sources: checking them once is enough.
        const check = n === 0 ? [] : ['--noCheck'];
        await mustRun('tsc', ['-p', `tsconfig.${format}.json`, '--outDir', out, ...check]);
        writeFileSync(join(out, 'package.json'), `{ "type": "${type}" }\n`);
      }),
    );
  });

  if (process.argv.includes('sample-app')) {
    const inputs = ['sample-app/src', 'sample-app/tsconfig.json', 'dist/.stamp', 'tools/build.mjs'];
    await buildInto('sample-app/dist', inputs, (draft) => mustRun('tsc', ['-p', 'sample-app', '--outDir', draft]));
  }
}

try {
  await build();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
  process.exitCode = 1;
}
