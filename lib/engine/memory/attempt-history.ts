import type { AttemptRecord } from '../../core/attempt.js';
import type { ReplayRecord } from '../../core/replay-record.js';
import { abridgedEntry } from '../abridged-entry.js';
import { isReplay, replayOf } from '../replay-text.js';
import { HISTORY_HEAD, HISTORY_TAIL } from '../store-limits.js';

interface Entry {
  readonly whole: string;
  readonly abridged: () => string;
}

/** The attempts and replays of a job over all its lives: both ends whole, the middle abridged. */
export class AttemptHistory {
  private readonly head: string[] = [];
  private readonly middle: string[] = [];
  private readonly tail: Entry[] = [];

  append(whole: string, abridged = (): string => abridgedEntry(whole)): void {
    if (this.head.length < HISTORY_HEAD) {
      this.head.push(whole);
      return;
    }
    this.tail.push({ whole, abridged });
    if (this.tail.length > HISTORY_TAIL) this.middle.push((this.tail.shift() as Entry).abridged());
  }

  /** Of all texts together. */
  get length(): number {
    return this.texts().reduce((sum, text) => sum + text.length, 0);
  }

  records(): AttemptRecord[] {
    return this.texts()
      .filter((entry) => !isReplay(entry))
      .map((text) => JSON.parse(text) as AttemptRecord);
  }

  replays(): ReplayRecord[] {
    return this.texts().filter(isReplay).map(replayOf);
  }

  /** Attempts and replays, oldest first. */
  texts(): string[] {
    return [...this.head, ...this.middle, ...this.tail.map(({ whole }) => whole)];
  }
}
