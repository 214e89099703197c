import { applyPatch, createPatch } from 'rfc6902';
import type { JsonPatchOperation } from '../core/replay-record.js';
import { PayloadPatchError } from './dead-letter.errors.js';

/** The payload stands in a field, so that it can be replaced as a whole, or be absent. */
interface Holder {
  payload?: unknown;
}

const ROOT = '/payload';
const INDEX = /^(0|[1-9]\d*)$/;
/** A prototype is no part of a payload, and the other two are read by the library as if they were not there. */
const NO_FIELDS = new Set(['__proto__', 'constructor', 'prototype']);
/** So many pairs of objects and lists are compared; what is left is told as replaced. */
const MOST_COMPARED = 20_000;
/** Between lists each item of one is held against each of the other. */
const LONGEST_COMPARED_LIST = 100;
/** Values are walked through by calls within calls, for which there is only so much room. */
const DEEPEST = 500;

/**
 * The payload that a patch makes of this one, which stays as it is.
 *
 * @param maxBytes how much all of its copies may be together: each could double what the one before it left
 * @throws PayloadPatchError for the first operation that does not apply
 */
export function patched(
  payload: unknown,
  patch: readonly JsonPatchOperation[],
  place: string,
  maxBytes: number,
): unknown {
  const holder: Holder = payload === undefined ? {} : { payload: structuredClone(payload) };
  let left = maxBytes;
  patch.forEach((operation, index) => {
    let problem = problemOf(holder, operation);
    if (problem === undefined && operation.op === 'copy') {
      left -= Buffer.byteLength(JSON.stringify([valueAt(holder, operation.from)]));
      if (left < 0) problem = `with it, more than ${maxBytes} bytes would be copied`;
    }
    problem ??= applied(holder, operation);
    if (problem !== undefined) throw new PayloadPatchError(place, index, operation, problem);
  });
  return holder.payload;
}

/** The patch that leads from one payload to another; never larger than the payload itself would be. */
export function patchBetween(before: unknown, after: unknown): JsonPatchOperation[] {
  const whole: JsonPatchOperation[] =
    after === undefined
      ? [{ op: 'remove', path: '' }]
      : [{ op: before === undefined ? 'add' : 'replace', path: '', value: after }];
  if (before === undefined || after === undefined) return before === after ? [] : whole;
  let left = MOST_COMPARED;
  const tooMuch = (value: unknown): boolean => Array.isArray(value) && value.length > LONGEST_COMPARED_LIST;
  const patch = createPatch(before, after, (input, output, pointer) =>
    left-- > 0 && !tooMuch(input) && !tooMuch(output)
      ? undefined
      : [{ op: 'replace', path: pointer.toString(), value: output as unknown }],
  ) as JsonPatchOperation[];
  return JSON.stringify(patch).length < JSON.stringify(whole).length ? patch : whole;
}

/** Undefined when it is done. */
function applied(holder: Holder, operation: JsonPatchOperation): string | undefined {
  // The library would look for all that is different, which takes far more time and room than whether anything is.
  if (operation.op === 'test')
    return isSame(valueAt(holder, operation.path), operation.value) ? undefined : 'what stands there is another value';
  const inside = {
    ...operation,
    path: ROOT + operation.path,
    ...('from' in operation && { from: ROOT + operation.from }),
  };
  const [failure] = applyPatch(holder, [inside]);
  return failure?.message;
}

function isSame(one: unknown, other: unknown): boolean {
  if (!isObject(one) || !isObject(other)) return one === other;
  const [names, others] = [Object.keys(one), Object.keys(other)];
  if (names.length !== others.length || Array.isArray(one) !== Array.isArray(other)) return false;
  return names.every((name) => Object.hasOwn(other, name) && isSame(one[name], other[name]));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

/** The library looks at what objects inherit, and takes what is no index of a list for one; so each step is looked at here. */
function problemOf(holder: Holder, operation: JsonPatchOperation): string | undefined {
  const { op, path } = Object(operation) as Partial<JsonPatchOperation>;
  switch (op) {
    case 'add':
      return noValue(operation) ?? targetProblem(holder, path);
    case 'replace':
    case 'test':
      return noValue(operation) ?? absenceOf(holder, path);
    case 'remove':
      return absenceOf(holder, path);
    case 'move':
    case 'copy':
      return absenceOf(holder, (operation as { from?: unknown }).from) ?? targetProblem(holder, path);
    default:
      return 'op must be add, remove, replace, move, copy or test';
  }
}

function noValue(operation: object): string | undefined {
  if (!Object.hasOwn(operation, 'value')) return 'it has no value';
  return valueProblem((operation as { value: unknown }).value);
}

/** The library copies values field by field, and what is named like a prototype would become what the copy inherits. */
function valueProblem(value: unknown, depth = 0, seen = new Set<object>()): string | undefined {
  if (!isObject(value) || seen.has(value)) return undefined;
  if (depth === DEEPEST) return `its value is more than ${DEEPEST} levels deep`;
  if (Object.hasOwn(value, '__proto__')) return 'its value has a field named __proto__';
  seen.add(value);
  for (const each of Object.values(value)) {
    const problem = valueProblem(each, depth + 1, seen);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function absenceOf(holder: Holder, pointer: unknown): string | undefined {
  const tokens = tokensOf(pointer);
  if (typeof tokens === 'string') return tokens;
  const parent = parentOf(holder, tokens);
  const last = tokens[tokens.length - 1];
  return has(parent, last) ? undefined : `there is nothing at '${String(pointer)}'`;
}

function targetProblem(holder: Holder, pointer: unknown): string | undefined {
  const tokens = tokensOf(pointer);
  if (typeof tokens === 'string') return tokens;
  const parent = parentOf(holder, tokens);
  const last = tokens[tokens.length - 1];
  if (Array.isArray(parent)) {
    if (last === '-' || (INDEX.test(last) && Number(last) <= parent.length)) return undefined;
    return `'${last}' is no place in a list of ${parent.length}`;
  }
  return isObject(parent) ? undefined : `nothing can be put at '${String(pointer)}'`;
}

/** From the holder on; or what is wrong with the pointer. */
function tokensOf(pointer: unknown): string[] | string {
  if (typeof pointer !== 'string' || !/^(\/.*)?$/s.test(pointer))
    return `${JSON.stringify(pointer)} is no JSON Pointer`;
  const tokens = `${ROOT}${pointer}`
    .split('/')
    .slice(1)
    .map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'));
  if (tokens.length > DEEPEST) return `the pointer is more than ${DEEPEST} levels deep`;
  const banned = tokens.find((token) => NO_FIELDS.has(token));
  return banned === undefined ? tokens : `a field named ${banned} can not be edited by a patch; give the whole payload`;
}

/** Of a pointer that leads to something. */
function valueAt(holder: Holder, pointer: string): unknown {
  const tokens = tokensOf(pointer) as string[];
  return (parentOf(holder, tokens) as Record<string, unknown>)[tokens[tokens.length - 1]];
}

function parentOf(holder: Holder, tokens: readonly string[]): unknown {
  let value: unknown = holder;
  for (const token of tokens.slice(0, -1)) {
    if (!has(value, token)) return undefined;
    value = (value as Record<string, unknown>)[token];
  }
  return value;
}

function has(parent: unknown, token: string): boolean {
  if (Array.isArray(parent)) return INDEX.test(token) && Number(token) < parent.length;
  return isObject(parent) && Object.hasOwn(parent, token);
}
