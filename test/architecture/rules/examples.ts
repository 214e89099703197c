import { relative } from 'node:path';
import ts from 'typescript';
import { root, type SourceFile } from '../support/project.js';

/** A piece of TypeScript that somebody will copy, and where it stands. */
export interface Example {
  place: string;
  code: string;
}

/** The ```ts blocks of a Markdown text. */
export function markdownExamples({ path, text }: SourceFile): Example[] {
  const blocks = text.matchAll(/^( *)```(?:ts|typescript)\b[^\n]*\n([\s\S]*?)^\1```/gm);
  return [...blocks].map(({ index, 1: indent = '', 2: code = '' }) => ({
    place: `${path}:${text.slice(0, index).split('\n').length}`,
    code: code.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
  }));
}

/** The `@example` of every symbol that says `@publicApi`, and of its members. */
export function docExamples(program: ts.Program): Example[] {
  // Binds the files: only then do comments know whose they are.
  program.getTypeChecker();
  const files = program.getSourceFiles().filter(({ fileName }) => fileName.startsWith(`${root}/lib/`));
  return files.flatMap((file) => file.statements.filter(isPublicApi).flatMap((node) => examplesWithin(node, file)));
}

function isPublicApi(node: ts.Node): boolean {
  return ts.getJSDocTags(node).some((tag) => tag.tagName.text === 'publicApi');
}

function examplesWithin(node: ts.Node, file: ts.SourceFile): Example[] {
  const comments = ts.getJSDocCommentsAndTags(node).filter((doc) => ts.isJSDoc(doc) && doc.parent === node);
  const found = comments.flatMap((comment) => examplesOf(comment, file));
  ts.forEachChild(node, (child) => void found.push(...examplesWithin(child, file)));
  return found;
}

// Read off the text: for the compiler a decorator at the start of a line would be the next tag.
const blockTag =
  /^@(example|publicApi|internal|param|typeParam|returns|throws|default|defaultValue|remarks|see|deprecated)\b/;

function examplesOf(comment: ts.Node, file: ts.SourceFile): Example[] {
  const first = file.getLineAndCharacterOfPosition(comment.getStart(file)).line + 1;
  const found: Example[] = [];
  let current: Example | undefined;
  for (const [n, raw] of comment.getText(file).split('\n').entries()) {
    const line = raw.replace(/^\s*\/?\*+\/? ?/, '').replace(/\s*\*\/\s*$/, '');
    const tag = blockTag.exec(line)?.[1];
    if (tag) current = undefined;
    if (tag === 'example') found.push((current = { place: `${relative(root, file.fileName)}:${first + n}`, code: '' }));
    else if (current && !line.startsWith('```')) current.code += `${line}\n`;
  }
  return found;
}

/** An example with something left out can not be copied. */
export function ellipses(examples: Example[]): string[] {
  return examples
    .filter(({ code }) => /…|\.\.\.(?![\w[{('"`])/.test(code))
    .map(({ place }) => `${place}: an example leaves nothing out`);
}

/** An example that holds no code compiles too easily. */
export function empty(examples: Example[]): string[] {
  return examples.filter(({ code }) => code.trim() === '').map(({ place }) => `${place}: the example is empty`);
}

/** Where a name comes from that an example may use without an import. */
export interface Known {
  module: string;
  isType: boolean;
}

/**
 * An example as a module: members alone get a class around them, a `return` a function; known names that it does not
 * declare are imported.
 */
export function toModule({ code }: Example, known: ReadonlyMap<string, Known>): string {
  const body = wrap(code);
  const source = ts.createSourceFile('example.ts', body, ts.ScriptTarget.Latest, true);
  const declared = new Set<string>();
  const used = new Set<string>();
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node)) (isTopLevelName(node, source) ? declared : used).add(node.text);
    ts.forEachChild(node, visit);
  };
  visit(source);
  const imports = [...used].map((name) => {
    const from = declared.has(name) ? undefined : known.get(name);
    return from ? `import ${from.isType ? 'type ' : ''}{ ${name} } from '${from.module}'; ` : '';
  });
  return `${imports.join('')}export {};\n${body}\n`;
}

// What is put around the code stays on its first and last line: line numbers are those of the example.
function wrap(code: string): string {
  const members = `class Example { ${code} }`;
  if (!parses(code) && parses(members)) return `${given(members)}${members}`;
  return /^(if .*)?return\b/m.test(code) ? `async function example() { ${code} }` : code;
}

/** Gives a class the fields that it uses and does not declare, as far as the prelude's `ExampleFields` has them. */
function given(text: string): string {
  const declared = new Set<string>();
  const used = new Set<string>();
  const visit = (node: ts.Node): void => {
    if (ts.isPropertyAccessExpression(node) && node.expression.kind === ts.SyntaxKind.ThisKeyword)
      used.add(node.name.text);
    if ((ts.isClassElement(node) || ts.isParameter(node)) && node.name && ts.isIdentifier(node.name))
      declared.add(node.name.text);
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile('example.ts', text, ts.ScriptTarget.Latest));
  const wanted = [...used].filter((name) => !declared.has(name)).map((name) => `'${name}'`);
  return wanted.length > 0 ? `interface Example extends Pick<ExampleFields, ${wanted.join(' | ')}> {} ` : '';
}

function parses(text: string): boolean {
  const file = ts.createSourceFile('example.ts', text, ts.ScriptTarget.Latest);
  return (file as ts.SourceFile & { parseDiagnostics: unknown[] }).parseDiagnostics.length === 0;
}

function isTopLevelName(name: ts.Identifier, source: ts.SourceFile): boolean {
  const { parent } = name;
  if (ts.isImportSpecifier(parent) || ts.isImportClause(parent)) return true;
  const named = ts.isClassDeclaration(parent) || ts.isFunctionDeclaration(parent) || ts.isInterfaceDeclaration(parent);
  if (named || ts.isTypeAliasDeclaration(parent)) return parent.name === name && parent.parent === source;
  return ts.isVariableDeclaration(parent) && parent.name === name && parent.parent.parent.parent === source;
}
