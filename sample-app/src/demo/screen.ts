import { clearLine, cursorTo } from 'node:readline';

/** Standard output with one line at the bottom that is drawn again and again, while other lines scroll above it. */
export class Screen {
  private status = '';

  constructor(private readonly output: NodeJS.WriteStream) {}

  /** A terminal, where a line can be drawn over; not a file or a pipe. */
  get interactive(): boolean {
    return this.output.isTTY === true;
  }

  print(text = ''): void {
    this.above(() => this.output.write(`${text}\n`));
  }

  /** Lets `write` write whole lines to standard output without disturbing the status line. */
  above(write: () => void): void {
    this.erase();
    write();
    this.draw();
  }

  /** Draws the status line; an empty one disappears. Only on a terminal. */
  showStatus(text: string): void {
    if (!this.interactive) return;
    this.erase();
    // A line that wraps could not be erased.
    this.status = text.slice(0, (this.output.columns || 80) - 1);
    this.draw();
  }

  private erase(): void {
    if (this.status === '') return;
    cursorTo(this.output, 0);
    clearLine(this.output, 0);
  }

  private draw(): void {
    if (this.status !== '') this.output.write(this.status);
  }
}
