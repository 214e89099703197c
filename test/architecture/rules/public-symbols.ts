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
  // What is handed on from another package is documented there.
  const own = [...symbols].filter(([, symbol]) => !isOfPackage(symbol));
  return own.flatMap(([name, symbol]) => {
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

function isOfPackage(symbol: ts.Symbol): boolean {
  return symbol.declarations?.[0]?.getSourceFile().fileName.includes('/node_modules/') ?? false;
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

/**
 * Types that an exported class or interface shows and no entry exports. Who hands on what such a method returns can not have
 * declarations emitted (TS2883): the compiler would have to name a file that the package does not let in.
 */
export function shownButHidden(program: ts.Program): string[] {
  const checker = program.getTypeChecker();
  const visible = new Set(Object.values(entries).flatMap((path) => [...exportsOf(program, path).values()]));
  const hidden = new Map<ts.Symbol, string>();
  for (const symbol of visible) {
    for (const member of shownMembers(symbol)) {
      for (const named of namesIn(member, checker)) {
        if (visible.has(named) || !isOfLib(named)) continue;
        hidden.set(named, `${named.name} (${placeOf(named)}) is shown by ${symbol.name}, but no entry exports it`);
      }
    }
  }
  return [...hidden.values()].sort();
}

/** What callers get in their hands: the results of methods, what operators are asked for, the fields of what they are given. */
function shownMembers(symbol: ts.Symbol): ts.Node[] {
  return (symbol.declarations ?? []).flatMap((declaration): ts.Node[] => {
    if (ts.isInterfaceDeclaration(declaration)) return [...declaration.members];
    if (!ts.isClassDeclaration(declaration)) return [];
    return declaration.members.flatMap((member): ts.Node[] => {
      if (isInternal(member) || !ts.isMethodDeclaration(member)) return [];
      const parameters = member.parameters.flatMap(({ type }) => (type && ts.isTypeReferenceNode(type) ? [type] : []));
      return [...parameters, ...(member.type ? [member.type] : [])];
    });
  });
}

function isInternal(member: ts.ClassElement): boolean {
  const isPrivate = (ts.getCombinedModifierFlags(member) & ts.ModifierFlags.Private) !== 0;
  return isPrivate || ts.getJSDocTags(member).some(({ tagName }) => tagName.text === 'internal');
}

/** A field of another type (`JobFilter['state']`) shows no more than the field. */
function namesIn(node: ts.Node, checker: ts.TypeChecker): ts.Symbol[] {
  const found: ts.Symbol[] = [];
  const visit = (at: ts.Node): void => {
    if (ts.isIndexedAccessTypeNode(at)) return;
    const symbol = ts.isTypeReferenceNode(at) ? checker.getSymbolAtLocation(at.typeName) : undefined;
    if (symbol) found.push(symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol);
    ts.forEachChild(at, visit);
  };
  visit(node);
  return found;
}

/** Aliases are left out: the compiler writes down what they stand for. */
function isOfLib(symbol: ts.Symbol): boolean {
  const declaration = symbol.declarations?.[0];
  if (!declaration?.getSourceFile().fileName.startsWith(`${root}/lib/`)) return false;
  return ts.isInterfaceDeclaration(declaration) || ts.isClassDeclaration(declaration);
}
