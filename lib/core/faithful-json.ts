/** Deeper than any payload that a person wrote, and far from the depth at which JSON parsers give up. */
const DEEPEST = 200;

/** What JSON can not carry, and where it is. */
export interface Unfaithful {
  /** `order.items[2].price`; empty for the value itself. */
  readonly path: string;
  readonly what: string;
}

/**
 * Whether a value comes back from JSON as it went in. Only yes and no, because it runs on every enqueue; `unfaithfulAt` tells
 * why not. An absent field and one that is undefined count as the same, and so do 0 and -0.
 */
export function isFaithful(value: unknown, depth = 0): boolean {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return true;
    case 'number':
      return value - value === 0;
    case 'object':
      return (
        value === null ||
        (depth < DEEPEST && (Array.isArray(value) ? isFaithfulArray(value, depth) : isFaithfulObject(value, depth)))
      );
    default:
      return false;
  }
}

function isFaithfulArray(list: readonly unknown[], depth: number): boolean {
  if (Object.getPrototypeOf(list) !== Array.prototype && !isPlainArray(list)) return false;
  for (let i = 0; i < list.length; i++) if (!isFaithful(list[i], depth + 1)) return false;
  return true;
}

function isFaithfulObject(object: object, depth: number): boolean {
  const prototype: unknown = Object.getPrototypeOf(object);
  if (prototype !== Object.prototype && prototype !== null && !isPlainObject(object)) return false;
  for (const key in object) {
    const field = (object as Record<string, unknown>)[key];
    if (field === undefined) continue;
    if (key === '__proto__' || !isFaithful(field, depth + 1)) return false;
  }
  return Object.getOwnPropertySymbols(object).length === 0;
}

/**
 * The first place that JSON would lose or change, or `undefined`.
 *
 * @param convertible with a schema behind it, what turns itself into JSON (`toJSON`) and instances of classes are fine
 */
export function unfaithfulAt(value: unknown, convertible: boolean): Unfaithful | undefined {
  return look(value, '', [], convertible);
}

function look(value: unknown, path: string, above: readonly object[], convertible: boolean): Unfaithful | undefined {
  if (typeof value !== 'object' || value === null) {
    const what = problemOfPrimitive(value);
    return what === undefined ? undefined : { path, what };
  }
  if (above.includes(value)) return { path, what: 'a cycle: it contains itself' };
  if (above.length >= DEEPEST)
    return { path: `${path.slice(0, 80)}…`, what: `nested more than ${DEEPEST} levels deep` };
  if (convertible && typeof (value as { toJSON?: unknown }).toJSON === 'function') return convert(value, path, above);
  const what = problemOfObject(value, convertible);
  if (what !== undefined) return { path, what };
  const inside = [...above, value];
  return Array.isArray(value)
    ? lookInArray(value, path, inside, convertible)
    : lookInObject(value, path, inside, convertible);
}

function convert(value: object, path: string, above: readonly object[]): Unfaithful | undefined {
  const json = (value as { toJSON: (key: string) => unknown }).toJSON('');
  return json === value
    ? lookInObject(value, path, [...above, value], true)
    : look(json, path, [...above, value], true);
}

function lookInArray(
  list: readonly unknown[],
  path: string,
  above: readonly object[],
  convertible: boolean,
): Unfaithful | undefined {
  for (let i = 0; i < list.length; i++) {
    if (list[i] === undefined) return { path: `${path}[${i}]`, what: 'undefined in an array, which would become null' };
    const found = look(list[i], `${path}[${i}]`, above, convertible);
    if (found) return found;
  }
  return undefined;
}

function lookInObject(
  object: object,
  path: string,
  above: readonly object[],
  convertible: boolean,
): Unfaithful | undefined {
  const [symbol] = Object.getOwnPropertySymbols(object);
  if (symbol) return { path: `${path}[${String(symbol)}]`, what: 'a field named by a symbol, which would be lost' };
  for (const [key, field] of Object.entries(object)) {
    const at = pathOfField(path, key);
    if (key === '__proto__' && field !== undefined)
      return { path: at, what: 'a field named __proto__, which could change what reads it' };
    const found = field === undefined ? undefined : look(field, at, above, convertible);
    if (found) return found;
  }
  return undefined;
}

function problemOfPrimitive(value: unknown): string | undefined {
  switch (typeof value) {
    case 'number':
      return Number.isFinite(value) ? undefined : String(value);
    case 'bigint':
      return `the bigint ${value}n; send it as a string`;
    case 'function':
    case 'symbol':
      return `a ${typeof value}`;
    case 'undefined':
      return 'undefined';
    default:
      return undefined;
  }
}

function problemOfObject(value: object, convertible: boolean): string | undefined {
  if (Array.isArray(value) ? isPlainArray(value) : isPlainObject(value)) return undefined;
  const tag = Object.prototype.toString.call(value).slice(8, -1);
  const name = classNameOf(value);
  if (LOSSY.has(tag) || ArrayBuffer.isView(value))
    return `${article(name)}, which JSON can not carry; send its contents as plain objects, arrays or strings`;
  if (convertible) return undefined;
  return tag === 'Date'
    ? 'a Date, which would come back as a string; send toISOString(), or give the job a schema that makes it a Date again'
    : `${article(name)}, which would come back as a plain object; send a plain object, or give the job a schema`;
}

/** What JSON.stringify turns into `{}` without a word. */
const LOSSY = new Set([
  ...['Map', 'Set', 'WeakMap', 'WeakSet', 'WeakRef', 'Promise', 'RegExp', 'Error', 'ArrayBuffer', 'SharedArrayBuffer'],
  ...['Generator', 'AsyncGenerator', 'Boolean', 'Number', 'String', 'Symbol', 'BigInt', 'Arguments'],
]);

/** By structure, so that objects of another realm (a worker, a test's sandbox) are plain as well. */
function isPlainObject(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === null) return true;
  if (typeof prototype !== 'object' || Object.getPrototypeOf(prototype) !== null) return false;
  return Object.hasOwn(prototype, 'isPrototypeOf') && Object.prototype.toString.call(value) === '[object Object]';
}

function isPlainArray(value: readonly unknown[]): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return Array.isArray(prototype) && !Array.isArray(Object.getPrototypeOf(prototype));
}

function classNameOf(value: object): string {
  const { constructor } = value as { constructor?: { name?: unknown } };
  return typeof constructor?.name === 'string' && constructor.name !== ''
    ? constructor.name
    : 'an object with a prototype of its own';
}

function article(name: string): string {
  return name.startsWith('an ') ? name : `${/^[AEIOU]/.test(name) ? 'an' : 'a'} ${name}`;
}

function pathOfField(path: string, key: string): string {
  if (!/^[A-Za-z_$][\w$]*$/.test(key)) return `${path}[${JSON.stringify(key)}]`;
  return path === '' ? key : `${path}.${key}`;
}
