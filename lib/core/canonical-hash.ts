import { hash } from 'node:crypto';

/** 96 bits: two payloads of one key that differ are told apart, and a record stays short. */
const LENGTH = 16;

/** A fingerprint of a JSON value that does not depend on the order of fields. */
export function canonicalHash(value: unknown): string {
  return hash('sha256', canonical(value), 'base64url').slice(0, LENGTH);
}

/**
 * A text that two values share exactly when they are the same JSON. Texts stand behind their length, so that nothing needs
 * to be escaped: twice as fast as sorted JSON.
 */
function canonical(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return `${value.length}"${value}`;
    case 'number':
      return `#${value},`;
    case 'boolean':
      return value ? 't' : 'f';
    case 'object':
      return value === null
        ? 'n'
        : Array.isArray(value)
          ? canonicalArray(value)
          : canonicalObject(value as Record<string, unknown>);
    default:
      return 'u';
  }
}

function canonicalArray(list: readonly unknown[]): string {
  let text = '[';
  for (let i = 0; i < list.length; i++) text += canonical(list[i]);
  return `${text}]`;
}

function canonicalObject(object: Record<string, unknown>): string {
  let text = '{';
  for (const key of sorted(Object.keys(object))) {
    const field = object[key];
    if (field !== undefined) text += `${key.length}"${key}${canonical(field)}`;
  }
  return `${text}}`;
}

/** By insertion: for the handful of fields that objects have, several times as fast as the built-in sort. */
function sorted(keys: string[]): string[] {
  if (keys.length > 32) return keys.sort();
  for (let i = 1; i < keys.length; i++) {
    const key = keys[i];
    let j = i - 1;
    for (; j >= 0 && keys[j] > key; j--) keys[j + 1] = keys[j];
    keys[j + 1] = key;
  }
  return keys;
}
