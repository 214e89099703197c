import { VigilError } from './vigil.error.js';

/**
 * What must never be written to logs, alerts and error records.
 *
 * @example
 * const redact: RedactOptions = { keys: ['iban', 'dateOfBirth'], replacement: '***' };
 * @publicApi
 */
export interface RedactOptions {
  /** Names, in addition to the built-in ones; matched as part of a field's name, in any case. */
  readonly keys?: readonly string[];
  /** What stands there instead. Default `[redacted]`. */
  readonly replacement?: string;
  /** A last word on every text, for secrets that no field name gives away. If it throws, nothing of the text is written. */
  readonly text?: (text: string) => string;
}

/** Takes secrets out of texts and values. */
export interface Redactor {
  text(text: string): string;
  /** A copy; the fields with secret names are replaced, and texts inside are cleaned. */
  value(value: unknown): unknown;
}

const SECRET_NAMES = [
  'password',
  'passwd',
  'passphrase',
  'pwd',
  'secret',
  'token',
  'authorization',
  'api[-_]?key',
  'access[-_]?key',
  'private[-_]?key',
  'credential',
  'cookie',
  'session[-_]?id',
  'card[-_]?(?:number|no)',
  'cvc',
  'cvv',
];

/** scheme://user:password@host */
const URL_LOGIN = /\b([a-z][a-z0-9+.-]{0,30}:\/\/)[^\s/?#@:]{0,256}:[^\s/?#@]{1,256}@/gi;
const AUTH_SCHEME = /\b(bearer|basic)\s+[\w.~+/=-]{6,}/gi;
/** All pairs of a cookie header, not only the first. */
const COOKIES = /\b((?:set-)?cookie\s{0,4}[:=]\s{0,4})[^\s;,"'&]{1,4096}(?:;\s{0,4}[^\s;,"'&]{1,4096}){1,100}/gi;
/** 13 to 19 digits, in groups or not. */
const LONG_NUMBER = /\b(?:\d[ -]?){12,18}\d\b/g;

const DEEPEST = 12;

/** Does not change anything: for tests, and for `redact: false`. */
export const noRedaction: Redactor = { text: (text) => text, value: (value) => value };

/** @throws VigilError `REDACT_INVALID` for an empty name */
export function createRedactor(options: RedactOptions = {}): Redactor {
  const { replacement = '[redacted]' } = options;
  // In what `replace` is given, a dollar sign can mean the very text that is to be taken out.
  const instead = replacement.replaceAll('$', '$$$$');
  const names = [...SECRET_NAMES, ...(options.keys ?? []).map(literal)].join('|');
  const secretName = new RegExp(names, 'i');
  // "name": "value", name=value, name: value, name: { … }; a quote or bracket may be missing where a text was cut.
  const secretField = new RegExp(
    `((?:${names})[\\w.-]{0,40}["']?\\s{0,4}[:=]\\s{0,4})("(?:[^"\\\\]|\\\\.)*"?|'(?:[^'\\\\]|\\\\.)*'?|(?:bearer|basic)\\s+[^\\s,;&"'}]+|\\{[^{}]*\\}?|\\[[^[\\]]*\\]?|[^\\s,;&"'}\\]]+)`,
    'gi',
  );

  const hook = options.text && guarded(options.text, replacement);
  const text = (given: string): string => {
    const clean = given
      .replace(URL_LOGIN, `$1${instead}@`)
      .replace(AUTH_SCHEME, `$1 ${instead}`)
      .replace(COOKIES, `$1${instead}`)
      .replace(secretField, `$1${instead}`)
      .replace(LONG_NUMBER, (digits) => (isCardNumber(digits) ? replacement : digits));
    return hook ? hook(clean) : clean;
  };
  const value = (given: unknown, depth = 0): unknown => {
    if (typeof given === 'string') return text(given);
    if (typeof given !== 'object' || given === null) return given;
    if (depth >= DEEPEST) return replacement;
    if (Array.isArray(given)) return given.map((item) => value(item, depth + 1));
    return Object.fromEntries(
      Object.entries(given).map(([name, item]) => [name, secretName.test(name) ? replacement : value(item, depth + 1)]),
    );
  };
  return { text, value: (given) => value(given) };
}

/** What can not be cleaned is not shown; the record that it belongs to must not be lost over it. */
function guarded(hook: (text: string) => string, replacement: string): (text: string) => string {
  return (text) => {
    try {
      return String(hook(text));
    } catch {
      return replacement;
    }
  };
}

function literal(name: string): string {
  if (typeof name !== 'string' || name.trim() === '') {
    throw new VigilError(
      'REDACT_INVALID',
      "redact.keys: a name is empty, which would match every field. Leave it out, or write the field's name.",
    );
  }
  return name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

/** The check digit of card numbers, so that ids and timestamps of the same length stay readable. */
function isCardNumber(text: string): boolean {
  const digits = text.replace(/\D/g, '');
  let sum = 0;
  for (let i = 0; i < digits.length; i++) {
    let digit = Number(digits[digits.length - 1 - i]);
    if (i % 2 === 1) digit = digit > 4 ? digit * 2 - 9 : digit * 2;
    sum += digit;
  }
  return sum % 10 === 0;
}
