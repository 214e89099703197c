import ts from 'typescript';
import type { SourceFile } from '../support/project.js';

const forbidden = [
  'utils',
  'helpers',
  'common',
  'shared',
  'types',
  'interfaces',
  'constants',
  'manager',
  'base',
  'misc',
];
const entries = ['lib/index.ts', 'lib/contract.ts', 'lib/testing/index.ts'];

/** Files longer than the budget: usually two things in one file. */
export function overBudget(files: SourceFile[], lines: number): string[] {
  return files
    .map(({ path, text }) => ({ path, count: text.split('\n').length - 1 }))
    .filter(({ count }) => count > lines)
    .map(({ path, count }) => `${path} has ${count} lines; the budget is ${lines}`);
}

/** Names that say nothing about what is inside, and names that are not kebab-case with the role as suffix. */
export function badNames(files: SourceFile[]): string[] {
  return files.flatMap(({ path }) => {
    const parts = path.split('/').map((part) => part.replace(/\.(ts|lua)$/, ''));
    const words = parts.flatMap((part) => [...part.split('.'), part.split('.')[0].split('-').at(-1)!]);
    const bad = words.find((word) => forbidden.includes(word));
    if (bad) return [`${path}: "${bad}" names nothing; name the concept`];
    return parts.every((part) => /^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9-]+)*$/.test(part))
      ? []
      : [`${path}: not kebab-case`];
  });
}

/** Barrels inside lib, and `export *` anywhere: an entry names what it exports. */
export function barrels(files: SourceFile[]): string[] {
  return files.flatMap(({ path, text }) => {
    const { statements } = ts.createSourceFile(path, text, ts.ScriptTarget.Latest);
    const reExports = statements.filter((node) => ts.isExportDeclaration(node) && node.moduleSpecifier);
    if (reExports.some((node) => !(node as ts.ExportDeclaration).exportClause)) return [`${path} says export *`];
    if (entries.includes(path)) return [];
    if (path.endsWith('/index.ts')) return [`${path} is a barrel`];
    return reExports.length > 0 && reExports.length === statements.length ? [`${path} only re-exports`] : [];
  });
}
