import { types, inspect } from 'node:util';
import type { ErrorCause, RecordedError } from './attempt.js';
import { causeChain, propertyOf } from './cause-chain.js';
import { httpStatusOf } from './http-status.js';
import { issueText, namesTo, type SchemaIssue } from './issue-text.js';
import type { Redactor } from './redaction.js';
import { noRedaction } from './redaction.js';
import { cutText } from './text-limit.js';

/** Of the 8 KiB that an attempt may take in the store; the rest is for its numbers and its worker. */
const LONGEST_JSON = 7 * 1024;
const CAUSES = 5;
/** No fewer than the message of an error lists. */
const MOST_ISSUES = 20;
const LONGEST = { name: 128, code: 64, message: 2_000, stack: 4_000, causeMessage: 300 };
/** What is read of a text before secrets are taken out of it: room enough that a cut can not make one unrecognisable. */
const READ_AHEAD = 4_096;

/**
 * Makes a record of anything that can be thrown: errors of any library, null, texts, circular or hostile objects. Never throws,
 * and stays below 7 KiB of JSON.
 */
export function recordError(thrown: unknown, redactor: Redactor = noRedaction): RecordedError {
  const [first, ...rest] = causeChain(thrown, 1 + CAUSES);
  const clean = (text: string, longest: number): string =>
    cutText(redactor.text(text.slice(0, longest + READ_AHEAD)), longest);
  const stack = propertyOf(first, 'stack');
  const httpStatus = [first, ...rest].map(httpStatusOf).find((status) => status !== undefined);
  const record: RecordedError = {
    name: clean(errorNameOf(first), LONGEST.name),
    message: clean(withoutQuotes(first, redactor), LONGEST.message),
    ...codeOf(first, clean),
    ...(typeof stack === 'string' ? { stack: clean(stackLines(stack), LONGEST.stack) } : {}),
    ...(httpStatus === undefined ? {} : { httpStatus }),
    causes: rest.map((cause): ErrorCause => ({
      name: clean(errorNameOf(cause), LONGEST.name),
      message: clean(withoutQuotes(cause, redactor), LONGEST.causeMessage),
      ...codeOf(cause, clean),
    })),
  };
  return shrink(record);
}

/** The class of an error, or the kind of value where no error was thrown. */
export function errorNameOf(thrown: unknown): string {
  if (thrown === null) return 'null';
  if (typeof thrown !== 'object') return typeof thrown;
  const name = propertyOf(thrown, 'name');
  if (typeof name === 'string' && name !== '' && name !== 'Error') return name;
  const className = propertyOf(propertyOf(thrown, 'constructor'), 'name');
  if (typeof className === 'string' && className !== '' && className !== 'Object') return className;
  return typeof name === 'string' && name !== '' ? name : 'object';
}

function messageOf(thrown: unknown): string {
  if (typeof thrown === 'string') return thrown;
  const message = propertyOf(thrown, 'message');
  if (typeof message === 'string' && (message !== '' || isError(thrown))) return message;
  return describe(thrown);
}

/** Below which name an issue stands is lost in the text that a schema's issues are joined to. */
function withoutQuotes(thrown: unknown, redactor: Redactor): string {
  const message = messageOf(thrown);
  const issues = propertyOf(thrown, 'code') === 'PAYLOAD_INVALID' ? propertyOf(thrown, 'issues') : undefined;
  try {
    return ((issues ?? []) as SchemaIssue[])
      .slice(0, MOST_ISSUES)
      .map((issue) => [`${namesTo(issue).join('.')}: `, issue.message, issueText(issue, redactor)])
      .reduce((text, [name, given, clean]) => text.replaceAll(name + given, () => name + clean), message);
  } catch {
    // Another's error with the same code.
    return message;
  }
}

function isError(value: unknown): boolean {
  return types.isNativeError(value) || typeof propertyOf(value, 'stack') === 'string';
}

function describe(value: unknown): string {
  try {
    // Neither the value's own inspect function nor the traps of a proxy are run.
    return inspect(value, {
      depth: 3,
      maxArrayLength: 20,
      maxStringLength: 500,
      breakLength: Infinity,
      customInspect: false,
      showProxy: true,
      getters: false,
    });
  } catch {
    return `a value of type ${typeof value} that can not be shown`;
  }
}

function codeOf(thrown: unknown, clean: (text: string, longest: number) => string): { code?: string } {
  const code = propertyOf(thrown, 'code');
  return (typeof code === 'string' && code !== '') || typeof code === 'number'
    ? { code: clean(String(code), LONGEST.code) }
    : {};
}

/** The frames without the message in front of them, which stands in the record already and may be a megabyte. */
function stackLines(stack: string): string {
  const firstFrame = /(?:^|\n)\s+at /.exec(stack);
  return firstFrame ? stack.slice(firstFrame.index).replace(/^\n/, '') : stack;
}

/** JSON writes some characters with six bytes, so the limits above alone do not keep to the size. */
function shrink(record: RecordedError): RecordedError {
  let small = record;
  for (
    let longest = LONGEST.stack / 2;
    Buffer.byteLength(JSON.stringify(small)) > LONGEST_JSON;
    longest = Math.floor(longest / 2)
  ) {
    small = {
      ...small,
      message: cutText(small.message, Math.max(longest, 32)),
      ...(small.stack === undefined ? {} : { stack: cutText(small.stack, Math.max(longest, 32)) }),
      causes: small.causes.map((cause) => ({
        ...cause,
        message: cutText(cause.message, Math.max(Math.floor(longest / 4), 32)),
      })),
    };
    if (longest < 32) return { ...small, name: cutText(small.name, 32), causes: [] };
  }
  return small;
}
