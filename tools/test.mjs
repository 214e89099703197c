/**
 * The whole test run: the checks, then jest project by project, then what was left out and one line with the sums.
 *   npm test                     everything
 *   npm test -- unit contract    only these (check, unit, types, architecture, contract, integration, timing, chaos, e2e,
 *                                package, real-time)
 *   npm test -- unit -t backoff  other arguments go to jest
 * Ends with a status other than 0 on any failure, and on anything left out when VIGIL_REQUIRE_ALL=1.
 */
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { check } from './check.mjs';
import { cacheDir } from './paths.mjs';
import { mustRun, run } from './run.mjs';
import { leftOut, tally } from './test-report.mjs';

// Quick answers first. Where processes are killed and clocks watched closely, one spec at a time; the demo, an installation
// and a minute of the clock wait a lot, and do so together.
const runs = [
  { projects: ['unit', 'types', 'architecture'], jest: ['--maxWorkers=2'] },
  { projects: ['contract'], jest: ['--maxWorkers=2'] },
  { projects: ['integration'], jest: ['--maxWorkers=2'] },
  { projects: ['timing', 'chaos'], jest: ['--runInBand'] },
  { projects: ['e2e', 'package', 'real-time'], jest: ['--maxWorkers=3'] },
];
const names = ['check', ...runs.flatMap(({ projects }) => projects)];

const args = process.argv.slice(2);
const chosen = names.filter((name) => args.includes(name));
const jestArgs = args.filter((arg) => !names.includes(arg));
const wanted = (/** @type {string} */ name) => chosen.length === 0 || chosen.includes(name);

const failedChecks = wanted('check') && (chosen.length > 0 || jestArgs.length === 0) ? await check() : [];
// Several specs of these build when they must; at the same time they would be in each other's way.
if (wanted('e2e') || wanted('package')) await mustRun('node', ['tools/build.mjs', 'sample-app']);
const reports = [];
let ok = failedChecks.length === 0;
mkdirSync(cacheDir, { recursive: true });
for (const { projects, jest } of runs) {
  const selected = projects.filter(wanted);
  if (selected.length === 0) continue;
  const file = join(cacheDir, `jest-${process.pid}.json`);
  const options = ['--selectProjects', ...selected, ...jest, '--passWithNoTests', '--json', `--outputFile=${file}`];
  // Under --json people read stderr.
  const outcome = await run('jest', [...options, ...jestArgs], { stdio: ['inherit', 'ignore', 'inherit'] });
  ok &&= outcome.ok;
  if (existsSync(file)) reports.push(JSON.parse(readFileSync(file, 'utf8')));
  else ok = false;
  rmSync(file, { force: true });
}

const { passed, failed, skipped } = tally(reports);
const missing = leftOut(reports);
const say = (/** @type {string} */ line) => process.stdout.write(`${line}\n`);
say('');
if (missing.length > 0) {
  say('!'.repeat(80));
  say(`LEFT OUT: ${skipped} tests did not run`);
  for (const { suite, file, tests } of missing) say(`  ${tests} × ${suite} (${file})`);
  say('!'.repeat(80));
}
if (failedChecks.length > 0) say(`FAILED CHECKS: ${failedChecks.join(', ')}`);
if (passed + failed === 0 && failedChecks.length === 0 && !chosen.includes('check')) {
  say('NO TEST RAN');
  ok = false;
}
if (skipped > 0 && process.env.VIGIL_REQUIRE_ALL === '1') {
  say('VIGIL_REQUIRE_ALL=1: nothing may be left out');
  ok = false;
}
say(`${passed} passed, ${failed + failedChecks.length} failed, ${skipped} skipped`);
process.exitCode = ok ? 0 : 1;
