import { OptionChecks } from '../../core/option-checks.js';
import { instantOf } from './instant-of.js';

/** Values of a query: each a text, each given once, none that nobody reads. */
export class ListQuery {
  private readonly checks: OptionChecks;
  private readonly values: Readonly<Partial<Record<string, string>>>;

  /** @throws VigilError `ADMIN_QUERY_INVALID` */
  constructor(query: unknown, known: readonly string[], place: string) {
    this.checks = new OptionChecks(place, 'ADMIN_QUERY_INVALID');
    // Parsers give objects with and without a prototype.
    const values: Record<string, unknown> = { ...(query as object) };
    this.checks.knownOptions(values, known);
    for (const [name, value] of Object.entries(values)) this.checks.text(name, value);
    this.values = values as Record<string, string>;
  }

  text(name: string): string | undefined {
    return this.values[name];
  }

  needed(name: string): string {
    return this.checks.text(name, this.values[name]);
  }

  number(name: string): number | undefined {
    const value = this.values[name];
    if (value === undefined) return undefined;
    return /^\d{1,15}$/.test(value) ? Number(value) : this.checks.fail(`${name} is '${value}'; it must be a number.`);
  }

  /** False where it is not given. */
  flag(name: string): boolean {
    return this.oneOf(name, ['true', 'false']) === 'true';
  }

  oneOf<T extends string>(name: string, allowed: readonly T[]): T | undefined {
    const value = this.values[name];
    return value === undefined ? undefined : this.checks.oneOf(name, value, allowed);
  }

  /** Milliseconds since the epoch, or a date as ISO 8601 has it. */
  instant(name: string): number | undefined {
    const value = this.values[name];
    if (value === undefined) return undefined;
    const ms = /^\d{1,15}$/.test(value) ? Number(value) : instantOf(value);
    return ms ?? this.checks.fail(`${name} is '${value.slice(0, 80)}'; it must be a time.`);
  }

  /** What every list takes. */
  get page(): { readonly limit?: number; readonly cursor?: string } {
    const [limit, cursor] = [this.number('limit'), this.text('cursor')];
    return { ...(limit !== undefined && { limit }), ...(cursor !== undefined && { cursor }) };
  }
}

export const PAGE = ['limit', 'cursor'] as const;
