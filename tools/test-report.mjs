import { relative } from 'node:path';
import { root } from './paths.mjs';

/**
 * What of jest's JSON report is read here.
 * @typedef {{ status: string, ancestorTitles: string[], title: string }} TestCase
 * @typedef {{ name: string, status: string, assertionResults: TestCase[] }} TestFile
 * @typedef {{ testResults: TestFile[] }} Report
 */

/**
 * Sums over several jest runs. A spec that could not even be loaded has no test cases and counts as one failure.
 * @param {Report[]} reports
 */
export function tally(reports) {
  const sums = { passed: 0, failed: 0, skipped: 0 };
  for (const file of reports.flatMap((report) => report.testResults)) {
    if (file.status === 'failed' && !file.assertionResults.some(({ status }) => status === 'failed')) sums.failed++;
    for (const { status } of file.assertionResults) {
      if (status === 'passed') sums.passed++;
      else if (status === 'failed') sums.failed++;
      else sums.skipped++;
    }
  }
  return sums;
}

/**
 * What did not run, by outermost suite, whose title carries the reason.
 * @param {Report[]} reports
 */
export function leftOut(reports) {
  /** @type {Map<string, { suite: string, file: string, tests: number }>} */
  const suites = new Map();
  for (const { name, assertionResults } of reports.flatMap((report) => report.testResults)) {
    for (const { status, ancestorTitles, title } of assertionResults) {
      if (status === 'passed' || status === 'failed') continue;
      const suite = ancestorTitles[0] ?? title;
      const file = relative(root, name);
      const entry = suites.get(`${file}\n${suite}`) ?? { suite, file, tests: 0 };
      entry.tests++;
      suites.set(`${file}\n${suite}`, entry);
    }
  }
  return [...suites.values()];
}
