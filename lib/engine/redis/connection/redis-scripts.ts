import { createHash } from 'node:crypto';
import { scripts } from '../scripts.generated.js';

export type ScriptName = keyof typeof scripts;

const digests = new Map<string, string>();

/** The name by which Redis knows a script that it was told once. */
export function digestOf(script: ScriptName): string {
  let digest = digests.get(script);
  if (!digest) digests.set(script, (digest = createHash('sha1').update(scripts[script]).digest('hex')));
  return digest;
}
