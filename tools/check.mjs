/**
 * Everything that is judged without running it. `check.mjs` runs all of it, `check.mjs lint types` only these; other
 * arguments go to the one named check: `check.mjs lint --fix`.
 */
import { fileURLToPath } from 'node:url';
import { embed } from './embed.mjs';
import { pack } from './pack.mjs';
import { run } from './run.mjs';

/** @typedef {{ ok: boolean, output: string, ms: number }} Outcome */

/** @type {Record<string, (args: string[]) => Promise<Outcome>>} */
const checks = {
  build: () => run('node', ['tools/build.mjs', 'sample-app']),
  types: () =>
    inTurn([
      ['tsc', '-p', 'tsconfig.json'],
      ['tsc', '-p', 'tsconfig.tools.json'],
      ['tsc', '-p', 'tsconfig.dashboard.json'],
    ]),
  lint: (args) => run('eslint', ['.', '--max-warnings', '0', ...args]),
  format: () => run('prettier', ['--check', '.', '--log-level', 'warn']),
  imports: () => run('depcruise', ['lib', 'test', 'sample-app/src']),
  package: async () => {
    const tarball = await pack();
    return inTurn([
      ['publint', tarball, '--strict'],
      ['attw', tarball],
    ]);
  },
};

export const checkNames = Object.keys(checks);

/**
 * @param {string[]} [names]
 * @param {string[]} [args]
 * @returns {Promise<string[]>} the names of those that failed
 */
export async function check(names = checkNames, args = []) {
  embed();
  /** @type {string[]} */
  const failed = [];
  const take = async (/** @type {string} */ name) => {
    const { ok, output, ms } = await attempt(name, args);
    if (!ok) failed.push(name);
    process.stdout.write(`${ok ? '✓' : '✗'} ${name} (${(ms / 1000).toFixed(1)} s)\n${ok ? '' : output}`);
  };
  // The lint reads the types of the built package, as the sample does.
  if (names.includes('build')) await take('build');
  const queue = names.filter((name) => name !== 'build');
  const lane = async () => {
    for (let name = queue.shift(); name !== undefined; name = queue.shift()) await take(name);
  };
  await Promise.all([lane(), lane()]);
  return failed;
}

/**
 * @param {string} name
 * @param {string[]} args
 * @returns {Promise<Outcome>}
 */
async function attempt(name, args) {
  try {
    return await /** @type {(args: string[]) => Promise<Outcome>} */ (checks[name])(args);
  } catch (error) {
    return { ok: false, output: `${String(error)}\n`, ms: 0 };
  }
}

/**
 * @param {string[][]} commands
 * @returns {Promise<Outcome>}
 */
async function inTurn(commands) {
  const outcome = { ok: true, output: '', ms: 0 };
  for (const [command = '', ...args] of commands) {
    const { ok, output, ms } = await run(command, args);
    outcome.ok &&= ok;
    outcome.output += output;
    outcome.ms += ms;
  }
  return outcome;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const names = process.argv.slice(2).filter((arg) => checkNames.includes(arg));
  const args = process.argv.slice(2).filter((arg) => !checkNames.includes(arg));
  const failed = await check(names.length > 0 ? names : undefined, args);
  if (failed.length > 0) process.exitCode = 1;
}
