import { documentedCodes, errorCodes } from './rules/error-codes.js';
import { createProgram } from './support/program.js';
import { filesUnder, read, root } from './support/project.js';

function codesIn(texts: readonly string[], virtual: Readonly<Record<string, string>> = {}): string[] {
  const program = createProgram([...texts], virtual);
  const files = program.getSourceFiles().filter(({ fileName }) => fileName.startsWith(`${root}/lib/`));
  return files.flatMap((file) => errorCodes(file, program.getTypeChecker()));
}

describe('the error codes', () => {
  const documented = documentedCodes(read('docs/errors.md'));
  let used: Set<string>;
  beforeAll(() => {
    used = new Set(codesIn(filesUnder('lib', '.ts').map(({ path }) => path)));
  });

  it('of lib stand in docs/errors.md', () => {
    expect(used.size).toBeGreaterThan(40);
    expect([...used].filter((code) => !documented.includes(code))).toEqual([]);
  });

  it('of docs/errors.md are those of lib, each once', () => {
    expect(documented.filter((code) => !used.has(code))).toEqual([]);
    expect(documented.filter((code, n) => documented.indexOf(code) !== n)).toEqual([]);
  });
});

describe('the rule of error codes', () => {
  it('finds them wherever an error is made', () => {
    const text = `
class VigilError extends Error {
  constructor(readonly code: string, message: string) { super(message); }
}
class LostError extends VigilError {
  constructor() { super('LOST_ONE', 'gone'); }
}
class OptionChecks { constructor(readonly place: string, readonly code: string) {} }
export const checks = new OptionChecks('here', 'CHECK_FAILED');
export const made = [new VigilError('PLAIN_ONE', 'a'), new LostError()];
export const record = { code: 'IN_RECORD' };
export function either(first: boolean, kind: 'STEP' | 'WORK'): VigilError {
  return first ? new VigilError(first ? 'THE_ONE' : 'THE_OTHER', 'b') : new VigilError(\`\${kind}_TOO_LARGE\`, 'c');
}
`;
    expect(codesIn([], { 'lib/fixture.ts': text }).sort()).toEqual([
      'CHECK_FAILED',
      'IN_RECORD',
      'LOST_ONE',
      'PLAIN_ONE',
      'STEP_TOO_LARGE',
      'THE_ONE',
      'THE_OTHER',
      'WORK_TOO_LARGE',
    ]);
  });

  it('reads the first column of tables', () => {
    const text = '| code | meaning |\n| --- | --- |\n| `ONE_CODE` (`OneError`) | not `TWO_CODE` |\n\n`THREE_CODE`\n';
    expect(documentedCodes(text)).toEqual(['ONE_CODE']);
  });
});
