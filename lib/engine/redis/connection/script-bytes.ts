import type { QueueKeys } from '../redis-keys.js';
import { scripts } from '../scripts.generated.js';
import { CommandWriter } from './command-writer.js';
import { digestOf, type ScriptName } from './redis-scripts.js';

/** A pair is one argument in two parts. */
export type ScriptArgument = string | number | readonly [string, string];

/** A script with its arguments, as the bytes that are sent. The arguments themselves are not kept. */
export interface ScriptBytes {
  readonly script: ScriptName;
  readonly firstKey: string;
  /** Of all that is sent. */
  readonly count: number;
  /** For a Redis that knows the script. */
  readonly byDigest: Buffer;
  /** Where in it the keys begin. */
  readonly keysAt: number;
}

const LONGEST_NUMBER = 24;

// One for all: where none were left, V8 would forget what it has learnt about them.
const writer = new CommandWriter();

/**
 * Written down once: what ioredis does with each of hundreds of arguments takes longer than all else that is done to enqueue a job.
 */
export function scriptBytes(
  script: ScriptName,
  { shared, tag }: Pick<QueueKeys, 'shared' | 'tag'>,
  own: readonly string[],
  args: readonly ScriptArgument[],
): ScriptBytes {
  const digest = digestOf(script);
  let units = digest.length + tag.length;
  for (const key of shared) units += key.length;
  for (const key of own) units += key.length;
  for (const argument of args) units += unitsOf(argument);
  const keys = shared.length + own.length;
  const count = 4 + keys + args.length;
  writer.begin(count, units);
  writer.add('evalsha');
  writer.add(digest);
  const keysAt = writer.length;
  writer.add(String(keys));
  for (const key of shared) writer.add(key);
  for (const key of own) writer.add(key);
  writer.add(tag);
  for (const argument of args) {
    if (typeof argument === 'object') writer.addJoined(argument[0], argument[1]);
    else writer.add(typeof argument === 'string' ? argument : String(argument));
  }
  return { script, firstKey: shared[0], count, byDigest: writer.end(), keysAt };
}

/** Tells Redis the script, too. */
export function withScript({ script, count, byDigest, keysAt }: ScriptBytes): Buffer {
  const text = scripts[script];
  writer.begin(count, text.length);
  writer.add('eval');
  writer.add(text);
  return Buffer.concat([writer.end(), byDigest.subarray(keysAt)]);
}

function unitsOf(argument: ScriptArgument): number {
  if (typeof argument === 'string') return argument.length;
  return typeof argument === 'number' ? LONGEST_NUMBER : argument[0].length + argument[1].length;
}
