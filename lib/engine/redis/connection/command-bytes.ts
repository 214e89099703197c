const MOST_BYTES_OF_UNIT = 3;
/** The length that stands before an argument, and the ends of both lines. */
const MOST_BYTES_OF_FRAME = 16;
const DOLLAR = 0x24;
const RETURN = 0x0d;
const FEED = 0x0a;
const ZERO = 0x30;

/** A command in the bytes that are sent, its arguments added one after the other. */
export class CommandBytes {
  private buffer: Buffer;
  private at: number;

  /** @param units about as many as all arguments have together; more cost only time */
  constructor(count: number, units: number) {
    this.buffer = Buffer.allocUnsafe(units + (count + 2) * MOST_BYTES_OF_FRAME);
    this.at = this.buffer.write(`*${count}\r\n`);
  }

  add(argument: string): void {
    const { length } = argument;
    if (this.at + length * MOST_BYTES_OF_UNIT + MOST_BYTES_OF_FRAME > this.buffer.length) this.makeRoom(argument);
    // Before it is written nobody knows how many bytes it takes, but in most of them each character is one.
    const digits = digitsOf(length);
    const start = this.at + 1 + digits + 2;
    const bytes = this.buffer.write(argument, start);
    if (bytes !== length && digitsOf(bytes) !== digits) {
      this.at += this.buffer.write(`$${bytes}\r\n${argument}\r\n`, this.at);
      return;
    }
    const { buffer } = this;
    buffer[this.at] = DOLLAR;
    let rest = bytes;
    for (let place = this.at + digits; place > this.at; place--) {
      buffer[place] = ZERO + (rest % 10);
      rest = Math.floor(rest / 10);
    }
    buffer[start - 2] = RETURN;
    buffer[start - 1] = FEED;
    const end = start + bytes;
    buffer[end] = RETURN;
    buffer[end + 1] = FEED;
    this.at = end + 2;
  }

  /** All that was added. */
  whole(): Buffer {
    return this.buffer.subarray(0, this.at);
  }

  private makeRoom(argument: string): void {
    const needed = this.at + Buffer.byteLength(argument) + MOST_BYTES_OF_FRAME;
    if (needed <= this.buffer.length) return;
    const larger = Buffer.allocUnsafe(2 * needed);
    this.buffer.copy(larger, 0, 0, this.at);
    this.buffer = larger;
  }
}

function digitsOf(length: number): number {
  if (length < 10) return 1;
  if (length < 100) return 2;
  return length < 1000 ? 3 : String(length).length;
}
