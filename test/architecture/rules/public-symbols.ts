import { relative } from 'node:path';
import ts from 'typescript';
import { entries, exportsOf } from '../support/program.js';
import { root } from '../support/project.js';

/** One line for each exported name: what a release may not lose unnoticed. */
export function surfaceOf(program: ts.Program): string[] {
  return Object.entries(entries).flatMap(([entry, path]) => {
    const names = [...exportsOf(program, path)].map(([name, symbol]) => `${name} (${kindOf(symbol)})`);
    return [`# ${entry}`, ...names.sort()];
  });
}

/** Exported symbols whose TSDoc lacks a meaning, the tag `@publicApi` or an `@example`. */
export function undocumented(symbols: Iterable<[string, ts.Symbol]>): string[] {
  return [...symbols].flatMap(([name, symbol]) => {
    const tags = new Set(symbol.getJsDocTags().map((tag) => tag.name));
    const missing = [
      symbol.getDocumentationComment(undefined).length > 0 ? undefined : 'a sentence on what it means',
      tags.has('publicApi') ? undefined : '@publicApi',
      tags.has('example') ? undefined : '@example',
    ].filter((what) => what !== undefined);
    return missing.length > 0 ? [`${name} (${placeOf(symbol)}) lacks ${missing.join(', ')}`] : [];
  });
}

/** Symbols that say `@publicApi` but are exported by no entry. */
export function promisedButHidden(program: ts.Program): string[] {
  const visible = new Set(Object.values(entries).flatMap((path) => [...exportsOf(program, path).values()]));
  const checker = program.getTypeChecker();
  return program
    .getSourceFiles()
    .filter(({ fileName }) => fileName.startsWith(`${root}/lib/`))
    .flatMap((file) => {
      const module = checker.getSymbolAtLocation(file);
      return module ? checker.getExportsOfModule(module) : [];
    })
    .map((symbol) => (symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol))
    .filter((symbol) => symbol.getJsDocTags().some((tag) => tag.name === 'publicApi') && !visible.has(symbol))
    .map((symbol) => `${symbol.name} (${placeOf(symbol)}) is @publicApi, but no entry exports it`);
}

function kindOf({ flags }: ts.Symbol): string {
  if (flags & ts.SymbolFlags.Class) return 'class';
  if (flags & ts.SymbolFlags.Function) return 'function';
  if (flags & ts.SymbolFlags.Variable) return 'const';
  if (flags & ts.SymbolFlags.Enum) return 'enum';
  return flags & ts.SymbolFlags.Interface ? 'interface' : 'type';
}

function placeOf(symbol: ts.Symbol): string {
  const node = symbol.declarations?.[0];
  if (!node) return 'nowhere';
  const file = node.getSourceFile();
  const { line } = file.getLineAndCharacterOfPosition(node.getStart());
  return `${relative(root, file.fileName)}:${line + 1}`;
}
