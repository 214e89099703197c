const MOST_BYTES_OF_UNIT = 3;
/** The length that stands before an argument, and the ends of both lines. */
const MOST_BYTES_OF_FRAME = 16;
const DOLLAR = 0x24;
const RETURN = 0x0d;
const FEED = 0x0a;
const ZERO = 0x30;
const FEEDS = 2;

/** Writes a command in the bytes that are sent, its arguments added one after the other. */
export class CommandWriter {
  private buffer = Buffer.alloc(0);
  private at = 0;

  /** @param units about as many as all arguments have together; more cost only time */
  begin(count: number, units: number): void {
    this.buffer = Buffer.allocUnsafe(units + (count + 2) * MOST_BYTES_OF_FRAME);
    this.at = this.buffer.write(`*${count}\r\n`);
  }

  get length(): number {
    return this.at;
  }

  add(argument: string): void {
    const digits = this.makeReady(argument.length, argument);
    const start = this.at + 1 + digits + FEEDS;
    const bytes = this.buffer.write(argument, start);
    if (digits === digitsOf(bytes)) this.frame(start, bytes, digits);
    else this.addSlowly(argument, bytes);
  }

  /** One argument in two parts: to join them first would be to copy them once more. */
  addJoined(first: string, second: string): void {
    const digits = this.makeReady(first.length + second.length, first, second);
    const start = this.at + 1 + digits + FEEDS;
    const begun = this.buffer.write(first, start);
    const bytes = begun + this.buffer.write(second, start + begun);
    if (digits === digitsOf(bytes)) this.frame(start, bytes, digits);
    else this.addSlowly(first + second, bytes);
  }

  /** All that was added; what begins then is another command. */
  end(): Buffer {
    return this.buffer.subarray(0, this.at);
  }

  /** Room for an argument. @returns how many digits its length has in bytes, which is known only when it was written: in most, each character is one */
  private makeReady(units: number, first: string, second = ''): number {
    if (this.at + units * MOST_BYTES_OF_UNIT + MOST_BYTES_OF_FRAME > this.buffer.length) this.makeRoom(first + second);
    return digitsOf(units);
  }

  private frame(start: number, bytes: number, digits: number): void {
    const { buffer, at } = this;
    buffer[at] = DOLLAR;
    let rest = bytes;
    for (let place = at + digits; place > at; place--) {
      buffer[place] = ZERO + (rest % 10);
      rest = Math.floor(rest / 10);
    }
    buffer[start - 2] = RETURN;
    buffer[start - 1] = FEED;
    const end = start + bytes;
    buffer[end] = RETURN;
    buffer[end + 1] = FEED;
    this.at = end + FEEDS;
  }

  private addSlowly(argument: string, bytes: number): void {
    this.at += this.buffer.write(`$${bytes}\r\n${argument}\r\n`, this.at);
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
