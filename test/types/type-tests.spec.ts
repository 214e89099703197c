import { complaints, createProgram } from '../architecture/support/program.js';
import { filesUnder } from '../architecture/support/project.js';

// A `*.test-d.ts` holds what must compile, and under `@ts-expect-error` what must not: an error that does not come is
// a complaint of the compiler, too.
const files = filesUnder('test/types', '.test-d.ts');

describe('the types', () => {
  const program = createProgram(files.map(({ path }) => path));

  it('are tried', () => expect(files.length).toBeGreaterThan(0));

  for (const { path, text } of files) {
    it(`${path} compiles where it must, and only there`, () => {
      expect(complaints(program, path)).toEqual([]);
      expect(text).toContain('@ts-expect-error');
    });
  }

  it('would complain of an error that does not come, and of one that is not expected', () => {
    const fixture = 'test/types/fixture.test-d.ts';
    const text = '// @ts-expect-error\nexport const a = 1;\nexport const b: string = 2;\n';
    const found = complaints(createProgram([], { [fixture]: text }), fixture);
    expect(found).toEqual([expect.stringContaining(':1 TS2578'), expect.stringContaining(':3 TS2322')]);
  });
});
