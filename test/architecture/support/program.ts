import { join, relative } from 'node:path';
import ts from 'typescript';
import { root } from './project.js';

/** The entries of the package, by the name they are imported under. */
export const entries: Readonly<Record<string, string>> = {
  'nestjs-vigil': 'lib/index.ts',
  'nestjs-vigil/contract': 'lib/contract.ts',
  'nestjs-vigil/testing': 'lib/testing/index.ts',
};

/** A program with the project's own compiler settings; `virtual` files (path from the root → text) need not exist. */
export function createProgram(
  files: string[],
  virtual: Readonly<Record<string, string>> = {},
  overrides: ts.CompilerOptions = {},
): ts.Program {
  const { config } = ts.readConfigFile(join(root, 'tsconfig.json'), (path) => ts.sys.readFile(path));
  const { options: own } = ts.convertCompilerOptionsFromJson(config.compilerOptions, root);
  const paths = Object.fromEntries(Object.entries(entries).map(([name, path]) => [name, [join(root, path)]]));
  const options = { ...own, paths, ...overrides };
  const host = ts.createCompilerHost(options);
  const texts = new Map(Object.entries(virtual).map(([path, text]) => [join(root, path), text]));
  const { fileExists, readFile, getSourceFile } = host;
  host.fileExists = (path) => texts.has(path) || fileExists.call(host, path);
  host.readFile = (path) => texts.get(path) ?? readFile.call(host, path);
  host.getSourceFile = (path, target, ...rest) => {
    const text = texts.get(path);
    return text === undefined
      ? getSourceFile.call(host, path, target, ...rest)
      : ts.createSourceFile(path, text, target);
  };
  const rootNames = [...files, ...Object.keys(virtual)].map((path) => join(root, path));
  return ts.createProgram({ rootNames, options, host });
}

/** What the compiler has against one file of the program, one line each. */
export function complaints(program: ts.Program, path: string): string[] {
  const file = program.getSourceFile(join(root, path));
  if (!file) throw new Error(`${path} is not part of the program`);
  const found = [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)];
  return found.map((diagnostic) => {
    const { line } = file.getLineAndCharacterOfPosition(diagnostic.start ?? 0);
    const text = ts.flattenDiagnosticMessageText(diagnostic.messageText, '\n');
    return `${relative(root, file.fileName)}:${line + 1} TS${diagnostic.code} ${text}`;
  });
}

/** The symbols that a module of the program exports, re-exports followed to their declaration. */
export function exportsOf(program: ts.Program, path: string): Map<string, ts.Symbol> {
  const checker = program.getTypeChecker();
  const file = program.getSourceFile(join(root, path));
  const symbol = file && checker.getSymbolAtLocation(file);
  if (!symbol) throw new Error(`${path} exports nothing`);
  return new Map(
    checker
      .getExportsOfModule(symbol)
      .map((entry) => [entry.name, entry.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(entry) : entry]),
  );
}
