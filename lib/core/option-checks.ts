import { parseDuration, type Duration } from './duration.js';
import { VigilError } from './vigil.error.js';

/** Checks the options of one place; every error names it, the option and the cure. */
export class OptionChecks {
  constructor(
    private readonly place: string,
    private readonly code: string,
  ) {}

  fail(problem: string, cause?: unknown): never {
    throw new VigilError(this.code, `${this.place}: ${problem}`, { cause });
  }

  /** A misspelt option would be obeyed by nobody, so it is refused, with what was probably meant. */
  knownOptions(options: unknown, known: readonly string[], where = ''): void {
    if (typeof options !== 'object' || options === null || Array.isArray(options))
      this.fail(`${where || 'the options'} must be an object.`);
    for (const name of Object.keys(options)) {
      if (known.includes(name)) continue;
      const near = nearest(name, known);
      const cure = near ? `Did you mean '${near}'?` : `Known are: ${known.join(', ')}.`;
      this.fail(`there is no option '${where ? `${where}.` : ''}${name}'. ${cure}`);
    }
  }

  /** In milliseconds; at least `min` (1 by default, so that 0 must be allowed by name). */
  duration(name: string, value: Duration, min = 1): number {
    const ms = parseDuration(value, `${this.place}: ${name}`);
    return ms >= min ? ms : this.fail(`${name} is ${JSON.stringify(value)}; it must be at least ${min} ms.`);
  }

  whole(name: string, value: unknown, min: number, max: number): number {
    if (typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max) return value;
    return this.fail(`${name} is ${shown(value)}; it must be a whole number from ${min} to ${max}.`);
  }

  boolean(name: string, value: unknown): boolean {
    return typeof value === 'boolean' ? value : this.fail(`${name} is ${shown(value)}; it must be true or false.`);
  }

  oneOf<T extends string>(name: string, value: unknown, allowed: readonly T[]): T {
    return (
      allowed.find((one) => one === value) ??
      this.fail(`${name} is ${shown(value)}; it must be one of ${allowed.join(', ')}.`)
    );
  }

  /** Anything that is not empty. */
  text(name: string, value: unknown): string {
    return typeof value === 'string' && value !== ''
      ? value
      : this.fail(`${name} is ${shown(value)}; it must be a text that is not empty.`);
  }

  matching(name: string, value: unknown, pattern: RegExp, rule: string): string {
    return typeof value === 'string' && pattern.test(value)
      ? value
      : this.fail(`${name} ${shown(value)} can not be used. ${rule}`);
  }

  /** A function; what it takes and returns is checked by its types. */
  fn(name: string, value: unknown): void {
    if (typeof value !== 'function') this.fail(`${name} is ${shown(value)}; it must be a function.`);
  }
}

function shown(value: unknown): string {
  if (typeof value === 'string') return `'${value.slice(0, 80)}'`;
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? 'an array' : 'an object';
  return typeof value === 'function' ? 'a function' : String(value);
}

function nearest(name: string, known: readonly string[]): string | undefined {
  const [best] = known
    .map((one) => ({ one, off: distance(name.toLowerCase(), one.toLowerCase()) }))
    .sort((a, b) => a.off - b.off);
  if (!best) return undefined;
  const limit = Math.min(Math.max(2, Math.floor(Math.max(name.length, best.one.length) / 3)), name.length - 2);
  return best.off <= limit ? best.one : undefined;
}

/** Levenshtein's: how many letters to add, drop or change. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      next.push(
        Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)),
      );
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
