import { scripts } from '../scripts.generated.js';

export type ScriptName = keyof typeof scripts;

export const scriptNames = Object.keys(scripts) as ScriptName[];

/** What ioredis calls a script's command. */
export function commandOf(script: ScriptName): string {
  return `vigil_${script}`;
}
