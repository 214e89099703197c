import { abridgedEntry } from './abridged-entry.js';
import { abridgedReplay, isReplay } from './replay-text.js';

/** What is left of an attempt or a replay in the middle of a long history. */
export function abridgedHistory(entry: string): string {
  return isReplay(entry) ? abridgedReplay(entry) : abridgedEntry(entry);
}
