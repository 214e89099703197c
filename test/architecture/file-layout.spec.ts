import { badNames, barrels, overBudget } from './rules/file-layout.js';
import { filesUnder } from './support/project.js';

const lib = filesUnder('lib', '.ts');
const specs = filesUnder('test', '.ts');
const file = (path: string, text = '') => ({ path, text });

describe('the layout of the files', () => {
  it('keeps lib within 250 lines a file and tests within 400', () => {
    expect(lib.length).toBeGreaterThan(20);
    expect([...overBudget(lib, 250), ...overBudget(specs, 400)]).toEqual([]);
  });

  it('names files after what is in them', () => {
    expect(badNames([...lib, ...filesUnder('lib', '.lua'), ...filesUnder('sample-app/src', '.ts')])).toEqual([]);
  });

  it('has no barrels inside lib', () => {
    expect(barrels(lib)).toEqual([]);
  });
});

describe('the rules of the layout', () => {
  it('count the lines', () => {
    expect(overBudget([file('lib/a.ts', 'x\n'.repeat(250)), file('lib/b.ts', 'x\n'.repeat(251))], 250)).toEqual([
      'lib/b.ts has 251 lines; the budget is 250',
    ]);
  });

  it.each(['lib/core/utils.ts', 'lib/common/a.ts', 'lib/job.types.ts', 'lib/queue-manager.ts', 'lib/jobClient.ts'])(
    'refuse the name %s',
    (path) => expect(badNames([file(path)])).toHaveLength(1),
  );

  it('accept names with a role', () => {
    expect(badNames([file('lib/monitoring/logs/job-event.logger.ts'), file('lib/vigil.module.ts')])).toEqual([]);
  });

  it.each([
    ['lib/core/index.ts', 'export const a = 1;'],
    ['lib/core/all.ts', "export { a } from './a.js';"],
    ['lib/index.ts', "export * from './a.js';"],
  ])('refuse the barrel %s', (path, text) => expect(barrels([file(path, text)])).toHaveLength(1));

  it('accept an entry that names its exports, and a file that re-exports one thing beside its own', () => {
    const own = "export { a } from './a.js';\nexport const b = 1;";
    expect(barrels([file('lib/index.ts', "export { a } from './a.js';"), file('lib/b.ts', own)])).toEqual([]);
  });
});
