/**
 * Takes the promises of the store out one by one, each in a copy of the tree, and shows which tests of the contract suite
 * tell. Ends with a status other than 0 when one of them tells nothing, when a mutation does not find its place any more, or
 * when the suite fails as it is.
 *   npm run mutants                     all, three at a time
 *   npm run mutants -- --only fencing   those whose name holds the text
 *   npm run mutants -- --engine memory --jobs 1
 */
import { spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { clearTimeout, setTimeout } from 'node:timers';
import { parseArgs } from 'node:util';
import { misplaced, mutations as all } from './mutations/all-mutations.mjs';
import { mutate } from './mutations/mutation.mjs';
import { root } from './paths.mjs';

/** @typedef {import('./mutations/mutation.mjs').Mutation} Mutation */
/** @typedef {{ failures: string[][], ok: boolean, isLate: boolean, output: string, seconds: number }} Verdict */

const COPIED = [
  'lib',
  'test/contract',
  'test/support',
  'test/integration/engine',
  'test/integration/locks',
  'test/unit/scheduler/locks',
  'tools',
  'jest.config.cjs',
  'package.json',
];
const LIMIT_MS = 90_000;
/** The stories, as many as there is time for until the first that tells, without making it shorter. */
const MODEL = { VIGIL_MODEL_RUNS: '120', VIGIL_MODEL_SECONDS: '15', VIGIL_MODEL_SHRINK: 'no' };
/** @type {Record<string, string>} */
const SPECS = {
  memory: 'contract/memory\\.(engine|model)\\.spec',
  redis: 'contract/redis\\.(engine|model)\\.spec|engine/redis-(resends|leftovers|sweep|times)\\.spec',
  locks: 'contract/[a-z]+\\.locks\\.spec|(integration|unit/scheduler)/locks/',
};

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    engine: { type: 'string', default: '' },
    jobs: { type: 'string', default: '3' },
  },
});
const say = (/** @type {string} */ line) => process.stdout.write(`${line}\n`);
const mutations = all.filter(({ engine, without }) => without.includes(values.only) && engine.includes(values.engine));

const started = Date.now();
const trees = Array.from({ length: Math.max(1, Number(values.jobs)) }, copyOfTree);
process.on('exit', () => trees.forEach((tree) => rmSync(tree, { recursive: true, force: true })));
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(1));

// All of them, whatever was asked for.
const wrong = misplaced();
/** @type {string[]} */
const rows = [];

// As it is, with as much going on beside it as later.
const engines = wrong.length > 0 ? [] : [...new Set(mutations.map(({ engine }) => engine))];
const unharmed = await inLanes(
  engines.length > 0 ? trees.map((_, n) => engines[n % engines.length]) : [],
  (engine, tree) => testsOf(engine, tree),
);
for (const { ok, failures, output } of unharmed) {
  if (!ok)
    wrong.push(
      `without any mutation the suite fails: ${failures.map((test) => test.join(' › ')).join('; ')}\n${output}`,
    );
}
if (wrong.length === 0) {
  await inLanes(mutations, async (mutation, tree) => {
    const verdict = await verdictOn(mutation, tree);
    const { without, engine } = mutation;
    const { failures, isLate, ok, seconds } = verdict;
    const name = `without ${without} (${engine})`;
    if (failures.length === 0 && !isLate)
      wrong.push(`${name}: ${ok ? 'survived' : `broke the suite\n${verdict.output}`}`);
    say(`${failures.length > 0 || isLate ? '✓' : '✗'} ${name}: ${failures.length} tests, ${seconds} s`);
    rows[mutations.indexOf(mutation)] = rowOf(mutation, verdict);
  });
  say(`\n| without | engine | failing tests | caught by, among others |\n|---|---|---|---|\n${rows.join('\n')}\n`);
}
for (const line of wrong) say(line);
say(`${mutations.length} mutations, ${wrong.length} problems, ${Math.round((Date.now() - started) / 1_000)} s`);
process.exit(wrong.length > 0 || mutations.length === 0 ? 1 : 0);

function copyOfTree() {
  const tree = mkdtempSync(join(tmpdir(), 'vigil-mutant-'));
  for (const path of COPIED) cpSync(join(root, path), join(tree, path), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(tree, 'node_modules'));
  return tree;
}

/**
 * @template T, R
 * @param {readonly T[]} items
 * @param {(item: T, tree: string) => Promise<R>} work
 * @returns {Promise<R[]>}
 */
async function inLanes(items, work) {
  const left = [...items];
  /** @type {R[]} */
  const results = [];
  await Promise.all(
    trees.map(async (tree) => {
      for (let item = left.shift(); item !== undefined; item = left.shift()) results.push(await work(item, tree));
    }),
  );
  return results;
}

/**
 * @param {Mutation} mutation
 * @param {string} tree
 */
async function verdictOn(mutation, tree) {
  const path = join(tree, mutation.file);
  const text = readFileSync(path, 'utf8');
  writeFileSync(path, mutate(text, mutation));
  try {
    return await testsOf(mutation.engine, tree);
  } finally {
    writeFileSync(path, text);
  }
}

/**
 * @param {string} engine
 * @param {string} tree
 * @returns {Promise<Verdict>}
 */
function testsOf(engine, tree) {
  const notes = join(tree, 'notes');
  mkdirSync(notes, { recursive: true });
  const file = join(notes, 'failures.jsonl');
  rmSync(file, { force: true });
  const args = [
    '--selectProjects',
    'contract',
    'integration',
    'unit',
    '--testPathPatterns',
    SPECS[engine] ?? '',
    '--maxWorkers=2',
  ];
  const reporters = [join(tree, 'tools', 'mutant-reporter.cjs')];
  const config = join(notes, 'jest.config.cjs');
  const reporting = `reporters: ['summary', ['${reporters[0]}', { file: '${file}' }]]`;
  writeFileSync(config, `module.exports = { ...require('../jest.config.cjs'), rootDir: '${tree}', ${reporting} };\n`);
  const begun = Date.now();
  return new Promise((resolve) => {
    let isLate = false;
    let output = '';
    const child = spawn(join(tree, 'node_modules', '.bin', 'jest'), ['--config', config, ...args], {
      cwd: tree,
      // A group of its own, so that its servers end with it.
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...MODEL },
    });
    const collect = (/** @type {Buffer} */ chunk) => void (output = (output + chunk.toString()).slice(-4_000));
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    const end = () => child.pid !== undefined && process.kill(-child.pid, 'SIGKILL');
    const timer = setTimeout(() => {
      isLate = true;
      end();
    }, LIMIT_MS);
    process.once('exit', end);
    // Without a jest there is a close, too.
    child.once('error', (error) => void (output += String(error)));
    child.once('close', (code) => {
      clearTimeout(timer);
      process.removeListener('exit', end);
      const lines = existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : [];
      const failures = lines.map((line) => /** @type {string[]} */ (JSON.parse(line)));
      resolve({ failures, ok: code === 0, isLate, output, seconds: Math.round((Date.now() - begun) / 1_000) });
    });
  });
}

/**
 * @param {Mutation} mutation
 * @param {Verdict} verdict
 */
function rowOf({ without, engine }, { failures, isLate }) {
  // What the model tells is said in one word; its title is the same for all.
  const isModel = (/** @type {string[]} */ test) => test.some((title) => title.includes('in any order of operations'));
  const named = failures.filter((test) => !isModel(test)).map((test) => test.slice(-2).join(': '));
  const first = [...(failures.some(isModel) ? ['**the model**'] : []), ...named.slice(0, 2)].join('; ');
  return `| ${without} | ${engine} | ${failures.length}${isLate ? '+' : ''} | ${first || 'did not come to an end'} |`;
}
