import { abridgedEntry } from '../../abridged-entry.js';

/** An attempt as the history takes it: whole, and on the next line what is left of it in the middle of a long history. */
export function historyText(entry: string): string {
  return `${entry}\n${abridgedEntry(entry)}`;
}
