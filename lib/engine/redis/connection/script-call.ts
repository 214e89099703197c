import { Command } from 'ioredis';
import type { QueueKeys } from '../redis-keys.js';
import { scripts } from '../scripts.generated.js';
import { CommandBytes } from './command-bytes.js';
import { digestOf, type ScriptName } from './redis-scripts.js';

export type ScriptArgument = string | number;

const LONGEST_NUMBER = 24;

/** Of each connection, the scripts that were sent over it whole. */
const told = new WeakMap<object, Set<ScriptName>>();

/**
 * A script under way. Its hundreds of arguments are written down here, once, as the bytes that are sent: what ioredis does with each
 * argument of a command takes longer than all else that is done to enqueue a job.
 */
export class ScriptCall extends Command {
  private bytes: Buffer | undefined;

  /** @param isUnknown Redis has just said that it does not know the script */
  constructor(
    private readonly script: ScriptName,
    private readonly queue: Pick<QueueKeys, 'shared' | 'tag'>,
    private readonly own: readonly string[],
    private readonly given: readonly ScriptArgument[],
    private readonly isUnknown: boolean,
  ) {
    // The first of the keys tells the node of a Cluster.
    super('evalsha', [digestOf(script), '1', queue.shared[0]], { replyEncoding: 'utf8' });
  }

  override toWritable(connection: object): Buffer {
    const { script } = this;
    let known = told.get(connection);
    if (!known) told.set(connection, (known = new Set()));
    if (known.has(script) && !this.isUnknown) return (this.bytes ??= this.encode('evalsha', digestOf(script)));
    known.add(script);
    return this.encode('eval', scripts[script]);
  }

  private encode(command: string, text: string): Buffer {
    const { own, given } = this;
    const { shared, tag } = this.queue;
    let units = text.length + tag.length;
    for (const key of shared) units += key.length;
    for (const key of own) units += key.length;
    for (const argument of given) units += typeof argument === 'string' ? argument.length : LONGEST_NUMBER;
    const bytes = new CommandBytes(4 + shared.length + own.length + given.length, units);
    bytes.add(command);
    bytes.add(text);
    bytes.add(String(shared.length + own.length));
    for (const key of shared) bytes.add(key);
    for (const key of own) bytes.add(key);
    bytes.add(tag);
    for (const argument of given) bytes.add(typeof argument === 'string' ? argument : String(argument));
    return bytes.whole();
  }
}
