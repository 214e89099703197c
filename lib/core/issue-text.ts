import type { Redactor } from './redaction.js';

/** What a schema says of a value, with the way to it. */
export interface SchemaIssue {
  readonly message: string;
  readonly path?: readonly unknown[];
}

/** The names on the way; a step of a Standard Schema's path is a key, or an object with one. */
export function namesTo({ path = [] }: Pick<SchemaIssue, 'path'>): string[] {
  return path.map((part) => String(typeof part === 'object' && part !== null && 'key' in part ? part.key : part));
}

/** Some schemas quote what they refuse, so what is said of a hidden field is as hidden as what stands in it. */
export function issueText(issue: SchemaIssue, redactor: Pick<Redactor, 'value'>): string {
  const names = namesTo(issue);
  let clean = redactor.value(names.reduceRight<unknown>((inside, name) => ({ [name]: inside }), issue.message));
  for (const name of names) {
    if (typeof clean !== 'object' || clean === null) break;
    clean = (clean as Record<string, unknown>)[name];
  }
  return String(clean);
}
