import type { SourceFile } from '../support/project.js';

const names = ['KEYS', 'ARGV'] as const;
type Name = (typeof names)[number];

/** What a header says of KEYS or ARGV: `KEYS[1]`, `KEYS[2..5]` or `KEYS[6..]`; "never" in its line: only declared. */
type Range = [from: number, to: number, declared: boolean];

/**
 * Where the header of a script and its body disagree. `body` is the script with its fragments in place. An index that
 * is computed can not be checked; then the header must only name the table. A fragment need not return.
 */
export function headerFaults({ path, text }: SourceFile, { body = text, fragment = false } = {}): string[] {
  const header = headerOf(text);
  if (header.length === 0) return [`${path}: no header comment`];
  const returns = fragment || header.some((line) => /^returns?\b/i.test(line));
  const faults = returns ? [] : ['the header does not say what it returns'];
  for (const name of names) faults.push(...indexFaults(name, header, codeOf(body)));
  return faults.map((fault) => `${path}: ${fault}`);
}

function indexFaults(name: Name, header: string[], code: string): string[] {
  const documented = rangesOf(name, header);
  const literal = new Set([...code.matchAll(new RegExp(`${name}\\[(\\d+)\\]`, 'g'))].map((match) => Number(match[1])));
  const uses = [...code.matchAll(new RegExp(`\\b${name}\\b(?!\\[\\d+\\])`, 'g'))].length;
  const covered = (index: number): boolean => documented.some(([from, to]) => from <= index && index <= to);

  if (documented.length === 0 && (literal.size > 0 || uses > 0)) return [`the body uses ${name}, the header is silent`];
  const faults = [...literal]
    .filter((index) => !covered(index))
    .map((index) => `the body uses ${name}[${index}], the header does not name it`);
  if (uses > 0) return faults;
  const unread = documented.filter(
    ([from, to, declared]) => !declared && ![...literal].some((index) => from <= index && index <= to),
  );
  return [...faults, ...unread.map(([from]) => `the header names ${name}[${from}], the body never reads it`)];
}

function rangesOf(name: Name, header: string[]): Range[] {
  return header.flatMap((line) =>
    [...line.matchAll(new RegExp(`${name}\\[(\\d+)(\\s*\\.\\.\\.?\\s*(\\d+|n|N)?)?\\]?`, 'g'))].map(
      ([, from, open, to]): Range => [Number(from), open ? Number(to) || Infinity : Number(from), / never /.test(line)],
    ),
  );
}

/** The comment block at the top, without dashes; a `#!` line before it is not part of it. */
function headerOf(text: string): string[] {
  const lines = text.split('\n');
  if (lines[0]?.startsWith('#!')) lines.shift();
  const end = lines.findIndex((line) => !line.startsWith('--') || line.startsWith('--@include'));
  return lines.slice(0, end < 0 ? undefined : end).map((line) => line.replace(/^--+\s*/, ''));
}

/** The lines that are neither blank nor a comment, without trailing comments. */
export function codeOf(text: string): string {
  return text
    .split('\n')
    .map((line) => line.replace(/(^|\s)--.*$/, '').trim())
    .filter((line) => line !== '' && !line.startsWith('#!'))
    .join('\n');
}

export function codeLines(text: string): number {
  const code = codeOf(text);
  return code === '' ? 0 : code.split('\n').length;
}
