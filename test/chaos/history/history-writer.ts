import { closeSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { machineNow, type Happening } from './happening.js';

/** One process' part of the history. What was noted is in the file before `note` returns, so that no signal can take it back. */
export class HistoryWriter {
  private readonly file: number;

  constructor(
    dir: string,
    private readonly pid = process.pid,
  ) {
    this.file = openSync(join(dir, `${pid}.jsonl`), 'a');
  }

  note(happening: Happening): void {
    writeSync(this.file, `${JSON.stringify({ at: machineNow(), pid: this.pid, ...happening })}\n`);
  }

  close(): void {
    closeSync(this.file);
  }
}
