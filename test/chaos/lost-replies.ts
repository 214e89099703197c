import { createHash } from 'node:crypto';
import type { ScriptName } from '../../lib/engine/redis/connection/redis-scripts.js';
import { scripts } from '../../lib/engine/redis/scripts.generated.js';
import type { RedisProxy } from '../support/redis-proxy.js';

const sha1 = (text: string): string => createHash('sha1').update(text).digest('hex');
const names = Object.keys(scripts) as ScriptName[];
const byDigest = new Map(names.map((name) => [sha1(scripts[name]), name]));

/** Every script that changes anything. */
export const changingScripts: readonly ScriptName[] = names.filter((name) => !/^#!lua.*no-writes/.test(scripts[name]));

/** Which script a command runs, if it is one of ours. */
function scriptOf([command = '', text = '']: readonly string[]): ScriptName | undefined {
  if (/^evalsha$/i.test(command)) return byDigest.get(text);
  return /^eval$/i.test(command) ? byDigest.get(sha1(text)) : undefined;
}

/** Loses the replies of one script after the other, on the way back from a Redis that has done what it was asked. */
export class LostReplies {
  private armed: ScriptName | undefined;
  private left = 0;

  constructor(proxy: RedisProxy) {
    proxy.loses = (command) => {
      if (this.left === 0 || scriptOf(command) !== this.armed) return false;
      this.left--;
      return true;
    };
  }

  /** The next so many replies of this script, whoever waits for them. */
  arm(script: ScriptName, replies: number): void {
    this.armed = script;
    this.left = replies;
  }

  get allLost(): boolean {
    return this.left === 0;
  }
}
