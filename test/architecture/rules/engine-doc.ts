import type { SourceFile } from '../support/project.js';

/**
 * How each key begins that a file makes below the tag of a queue, up to its first part that varies: `j:`, `due`, `bell:~`. In
 * TypeScript `${tag}…` and `${this.tag}…`, in Lua `P .. '…'`.
 */
export function keyStems({ path, text }: SourceFile): string[] {
  const made = path.endsWith('.lua') ? /\bP \.\. '([^']*)'/g : /\$\{(?:this\.)?tag\}([^`$]*)/g;
  return [...text.matchAll(made)].map(([, stem = '']) => stem);
}

/** The first column of the tables under a heading of the second level, each name in backticks for itself. */
export function documentedNames(text: string, heading: string): string[] {
  const section = text.split(/^## /m).find((part) => part.startsWith(`${heading}\n`)) ?? '';
  const cells = [...section.matchAll(/^\| (`[^|]*`) +\|/gm)].map(([, cell = '']) => cell);
  return cells.flatMap((cell) => [...cell.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name));
}

/** A documented key up to its first part that varies. */
export function stemOf(key: string): string {
  return key.replace(/<.*$/, '');
}
