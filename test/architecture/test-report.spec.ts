import { callTool, root } from './support/project.js';

const testCase = (status: string, suite: string) => ({ status, ancestorTitles: [suite], title: 'does it' });
const file = (name: string, status: string, ...assertionResults: object[]) => ({
  name: `${root}/test/${name}`,
  status,
  assertionResults,
});

const reports = [
  {
    testResults: [
      file('a.spec.ts', 'passed', testCase('passed', 'a'), testCase('pending', 'on Redis')),
      file('b.spec.ts', 'failed', testCase('failed', 'b'), testCase('passed', 'b')),
      file('broken.spec.ts', 'failed'),
    ],
  },
  {
    testResults: [
      file('c.spec.ts', 'passed', testCase('pending', 'on Redis'), testCase('pending', 'on Redis')),
      file('d.spec.ts', 'passed', testCase('todo', 'd')),
    ],
  },
];

describe('the report of a test run', () => {
  it('sums over all runs and counts a spec that could not be loaded as failed', async () => {
    expect(await callTool('test-report.mjs', 'tally', reports)).toEqual({ passed: 2, failed: 2, skipped: 4 });
  });

  it('names what was left out by file and suite', async () => {
    expect(await callTool('test-report.mjs', 'leftOut', reports)).toEqual([
      { suite: 'on Redis', file: 'test/a.spec.ts', tests: 1 },
      { suite: 'on Redis', file: 'test/c.spec.ts', tests: 2 },
      { suite: 'd', file: 'test/d.spec.ts', tests: 1 },
    ]);
  });
});
