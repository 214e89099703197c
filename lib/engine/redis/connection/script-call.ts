import { Command } from 'ioredis';
import type { Writable } from 'node:stream';
import { gather } from './gathered-writes.js';
import { digestOf, type ScriptName } from './redis-scripts.js';
import { withScript, type ScriptBytes } from './script-bytes.js';

/** While Redis is at work on a larger one, the next is made. */
const MOST_GATHERED_BYTES = 4_096;

/** Of each connection, the scripts that were sent over it whole. */
const told = new WeakMap<object, Set<ScriptName>>();

/** A script under way. */
export class ScriptCall extends Command {
  /** @param isUnknown Redis has just said that it does not know the script */
  constructor(
    private readonly bytes: ScriptBytes,
    private readonly isUnknown: boolean,
  ) {
    // The first of the keys tells the node of a Cluster.
    super('evalsha', [digestOf(bytes.script), '1', bytes.firstKey], { replyEncoding: 'utf8' });
  }

  override toWritable(connection: Writable): Buffer {
    if (this.bytes.byDigest.length <= MOST_GATHERED_BYTES) gather(connection);
    const { script } = this.bytes;
    let known = told.get(connection);
    if (!known) told.set(connection, (known = new Set()));
    if (known.has(script) && !this.isUnknown) return this.bytes.byDigest;
    known.add(script);
    return withScript(this.bytes);
  }
}
