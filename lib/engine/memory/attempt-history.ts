import type { AttemptRecord } from '../../core/attempt.js';
import { abridgedEntry } from '../abridged-entry.js';
import { HISTORY_HEAD, HISTORY_TAIL } from '../store-limits.js';

/** The attempts of a job over all its lives: both ends whole, the middle abridged. */
export class AttemptHistory {
  private readonly head: string[] = [];
  private readonly middle: string[] = [];
  private readonly tail: string[] = [];

  append(entry: string): void {
    if (this.head.length < HISTORY_HEAD) {
      this.head.push(entry);
      return;
    }
    this.tail.push(entry);
    if (this.tail.length > HISTORY_TAIL) this.middle.push(abridgedEntry(this.tail.shift() as string));
  }

  records(): AttemptRecord[] {
    return [...this.head, ...this.middle, ...this.tail].map((text) => JSON.parse(text) as AttemptRecord);
  }
}
