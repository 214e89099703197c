import { closeSync, openSync, readdirSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { entriesOf, machineNow, type Entry, type EntryOf, type Happening } from './happening.js';

const CHUNK_BYTES = 16_384;
/** What is known is not older than this; everybody looks all the time. */
const FRESH_MS = 4;

/** The history of all processes as far as it is written, and what it says of the present. */
export class HistoryTail {
  private readonly files = new Map<string, OneFile>();
  private readonly known: Entry[] = [];
  /** Attempts whose handlers run, by process. */
  private readonly running = new Map<number, Set<string>>();
  private readonly counts = new Map<string, number>();
  private readonly done = new Set<string>();
  private readAt = -Infinity;

  constructor(private readonly dir: string) {}

  /** In the order of their times. */
  all(): readonly Entry[] {
    this.readAll();
    return this.known.sort((a, b) => a.at - b.at);
  }

  of<W extends Happening['what']>(...whats: readonly W[]): EntryOf<W>[] {
    this.read();
    return entriesOf(this.known, ...whats);
  }

  count(what: Happening['what']): number {
    this.read();
    return this.counts.get(what) ?? 0;
  }

  /** Handlers that run in this process at this moment. */
  runningIn(pid: number): number {
    this.read();
    return this.running.get(pid)?.size ?? 0;
  }

  /** For how long the machine was too busy for a process in that time; of several, for the one that it was hardest on. */
  busyMs(from: number, to: number, pid?: number): number {
    const sums = new Map<number, number>();
    for (const each of this.of('starved')) {
      const overlap = Math.min(to, each.at) - Math.max(from, each.at - each.ms);
      if (overlap > 0 && (pid ?? each.pid) === each.pid) sums.set(each.pid, (sums.get(each.pid) ?? 0) + overlap);
    }
    return Math.max(0, ...sums.values());
  }

  /** Jobs of which a handler came to its end without an error. */
  get doneJobs(): number {
    this.read();
    return this.done.size;
  }

  close(): void {
    for (const file of this.files.values()) file.close();
    this.files.clear();
  }

  private read(): void {
    const now = machineNow();
    if (now - this.readAt < FRESH_MS) return;
    this.readAt = now;
    this.readAll();
  }

  private readAll(): void {
    for (const name of readdirSync(this.dir)) {
      if (!this.files.has(name)) this.files.set(name, new OneFile(join(this.dir, name)));
    }
    for (const file of this.files.values()) {
      for (const line of file.newLines()) this.take(JSON.parse(line) as Entry);
    }
  }

  private take(entry: Entry): void {
    this.known.push(entry);
    this.counts.set(entry.what, (this.counts.get(entry.what) ?? 0) + 1);
    if (entry.what === 'begun') {
      const attempts = this.running.get(entry.pid) ?? new Set();
      this.running.set(entry.pid, attempts.add(`${entry.id} ${entry.token}`));
    } else if (entry.what === 'ended') {
      this.running.get(entry.pid)?.delete(`${entry.id} ${entry.token}`);
      if (entry.error === undefined) this.done.add(entry.id);
    }
  }
}

class OneFile {
  private readonly file: number;
  private readonly chunk = Buffer.alloc(CHUNK_BYTES);
  private offset = 0;
  private rest = '';

  constructor(path: string) {
    this.file = openSync(path, 'r');
  }

  /** A line that is still being written waits for its end. */
  newLines(): string[] {
    for (;;) {
      const length = readSync(this.file, this.chunk, 0, CHUNK_BYTES, this.offset);
      if (length === 0) break;
      this.offset += length;
      this.rest += this.chunk.toString('latin1', 0, length);
    }
    const lines = this.rest.split('\n');
    this.rest = lines.pop() ?? '';
    return lines;
  }

  close(): void {
    closeSync(this.file);
  }
}
