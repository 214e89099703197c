import { existsSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import {
  docExamples,
  ellipses,
  empty,
  markdownExamples,
  toModule,
  type Example,
  type Known,
} from './rules/examples.js';
import { complaints, createProgram, entries, exportsOf } from './support/program.js';
import { filesUnder, read, root } from './support/project.js';

const prelude = 'test/architecture/support/example-prelude.ts';
const nest = ['@nestjs/terminus', '@nestjs/testing', '@nestjs/core', '@nestjs/common'];
const typesOf: Readonly<Record<string, string>> = { '@nestjs/terminus': 'dist/index.d.ts' };
const lenient = { noUnusedLocals: false, noUnusedParameters: false, noImplicitReturns: false };

const readme = () => ({ path: 'README.md', text: read('README.md') });

/** Compiles examples as files of their own beside the prelude; each complaint names the place of its example. */
function compile(examples: Example[], known: ReadonlyMap<string, Known>): string[] {
  const paths = examples.map((_, n) => `test/architecture/example-${n}.ts`);
  const virtual = Object.fromEntries(examples.map((example, n) => [paths[n], toModule(example, known)]));
  const program = createProgram([], virtual, lenient);
  return paths.flatMap((path, n) =>
    complaints(program, path).map((text) => {
      const line = Number(/:(\d+) /.exec(text)?.[1]) - 1;
      return `${examples[n].place}, line ${line} of the example: ${text.slice(text.indexOf('TS'))}`;
    }),
  );
}

/** Names that need no import: the prelude's before the package's before Nest's. */
function knownNames(program: ts.Program): Map<string, Known> {
  const sources: [module: string, path: string][] = [
    ...nest.map((name): [string, string] => [name, `node_modules/${name}/${typesOf[name] ?? 'index.d.ts'}`]),
    ...Object.entries(entries).reverse(),
    ['./support/example-prelude.js', prelude],
  ];
  return new Map(
    sources.flatMap(([module, path]) =>
      [...exportsOf(program, path)].map(([name, { flags }]): [string, Known] => [
        name,
        { module, isType: !(flags & ts.SymbolFlags.Value) },
      ]),
    ),
  );
}

describe('the examples', () => {
  let program: ts.Program;
  let examples: Example[];
  beforeAll(() => {
    const imports = nest.map((name) => `import '${name}';`).join(' ');
    program = createProgram([...Object.values(entries), prelude], {
      'test/architecture/nest.ts': `${imports} export {};`,
    });
    const texts = [...filesUnder('docs', '.md'), ...(existsSync(join(root, 'README.md')) ? [readme()] : [])];
    examples = [...texts.flatMap(markdownExamples), ...docExamples(program)];
  });

  it('of README, docs and doc comments compile', () => {
    expect(examples.length).toBeGreaterThan(20);
    expect(compile(examples, knownNames(program))).toEqual([]);
  });

  it('are whole', () => {
    expect([...ellipses(examples), ...empty(examples)]).toEqual([]);
  });
});

describe('the rules of examples', () => {
  it('find the blocks of a Markdown text with their line', () => {
    const text = 'Text\n\n```ts\nconst a = 1;\n```\n\n- item\n  ```typescript\n  const b = 2;\n  ```\n```sh\nls\n```\n';
    expect(markdownExamples({ path: 'README.md', text })).toEqual([
      { place: 'README.md:3', code: 'const a = 1;\n' },
      { place: 'README.md:8', code: 'const b = 2;\n' },
    ]);
  });

  it('find the examples of public symbols and their members, fenced or not', () => {
    const text = `
/**
 * Meaning.
 * @example
 * first();
 * @example
 * \`\`\`ts
 * @Second({ a: 1 })
 * class B {}
 * \`\`\`
 * @publicApi
 */
export class Public {
  /**
   * @example
   * third();
   */
  method(): void {}
}
/**
 * @example
 * hidden();
 */
export class Internal {}
`;
    const found = docExamples(createProgram([], { 'lib/fixture.ts': text }));
    expect(found.map(({ place, code }) => [place, code.trim()])).toEqual([
      ['lib/fixture.ts:4', 'first();'],
      ['lib/fixture.ts:6', '@Second({ a: 1 })\nclass B {}'],
      ['lib/fixture.ts:15', 'third();'],
    ]);
  });

  it('refuse what leaves something out, not a spread', () => {
    const example = (code: string) => ({ place: code, code });
    const left = [example('charge(…)'), example('{ ... }'), example('f(...)')];
    expect(ellipses([...left, example('f(...rest, ...[1], ...{})')])).toHaveLength(3);
    expect(empty([example('  \n')])).toHaveLength(1);
  });

  it('compile each with what it may use unsaid, and say where one does not', () => {
    const known = new Map([
      ['order', { module: './support/example-prelude.js', isType: false }],
      ['ChargeOrder', { module: './support/example-prelude.js', isType: true }],
      ['ExampleFields', { module: './support/example-prelude.js', isType: true }],
      ['Injectable', { module: '@nestjs/common', isType: false }],
    ]);
    const good = [
      'const amount: number = order.amount;',
      "import { Module } from '@nestjs/common';\n@Module({})\nexport class AppModule {}",
      '@Injectable()\nexport class Own {\n  charge(own: ChargeOrder): string {\n    return own.orderId;\n  }\n}',
      'charge(own: ChargeOrder): void {}',
      'constructor(private readonly own: ChargeOrder) {}\nid(): string {\n  return this.own.orderId;\n}',
      'async pay(): Promise<string> {\n  return this.payments.charge(order); // given\n}',
      'if (order.amount === 0) return order.orderId;',
      'const order = 1;\nconst two: number = order;',
    ];
    expect(
      compile(
        good.map((code, n) => ({ place: `good ${n}`, code })),
        known,
      ),
    ).toEqual([]);
    expect(compile([{ place: 'README.md:3', code: 'const a = 1;\nconst b: string = order.amount;' }], known)).toEqual([
      "README.md:3, line 2 of the example: TS2322 Type 'number' is not assignable to type 'string'.",
    ]);
  });
});
